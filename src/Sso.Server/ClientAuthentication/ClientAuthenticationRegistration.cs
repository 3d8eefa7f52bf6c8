using Sso.Extensions.ClientAssertions;
using Sso.Extensions.Host;

namespace Sso.Server.ClientAuthentication;

internal static class ClientAuthenticationRegistration
{
    public static IServiceCollection AddSsoClientAuthentication(this IServiceCollection services) => services
        .AddSingleton<ClientDirectory>().AddSingleton<IClientSource>(services => services.GetRequiredService<ClientDirectory>())
        .AddScoped<IClientAssertionHost, ClientAssertionHost>().AddClientAssertionChecks()
        .AddScoped<ClientRefusals>();
}
