using Sso.Admin;
using Sso.Admin.Clients;
using Sso.Admin.Outgoing;
using Sso.Admin.Registrations;
using Sso.Extensions.Host;
using Sso.Server.Operations;
using Sso.Settings;

namespace Sso.Server.Outgoing;

/// <summary>For the server, and the command line, which checks addresses before it saves them. Needs <see cref="ServerMetrics"/>.</summary>
internal static class OutgoingRegistration
{
    public static IServiceCollection AddSsoOutgoing(this IServiceCollection services, IConfiguration configuration) => services
        .AddSettings(configuration, "Outgoing", new OutgoingRules())
        .AddSettings(configuration, "Registration", new RegistrationPolicyRules())
        .AddOutgoingAddresses(configuration["Sso:Issuer"])
        .AddSingleton<OutgoingHttp>().AddSingleton<IClientDocumentFetcher>(provider => provider.GetRequiredService<OutgoingHttp>())
        // The operations on registrations read what an address publishes through the guarded client and nothing else.
        .AddSingleton<DocumentFetch>(provider => provider.GetRequiredService<OutgoingHttp>().FetchAsync);
}
