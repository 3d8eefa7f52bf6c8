using Sso.Admin;
using Sso.Data.Clients;
using Sso.Extensions.Registration;

namespace Sso.Server.Registration;

/// <summary>Section <c>Registration</c> is read with the addresses that it opens, in <see cref="Outgoing.OutgoingRegistration"/>.</summary>
internal static class RegistrationRegistration
{
    public static IServiceCollection AddSsoRegistration(this IServiceCollection services) => services
        .AddSsoAdmin()
        .AddScoped<IRegistrationHost<ClientRegistration>, RegistrationHost>()
        .AddSingleton<ClientDocuments>();
}
