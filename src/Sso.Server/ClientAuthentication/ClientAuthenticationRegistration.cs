using Sso.Extensions.ClientAssertions;

namespace Sso.Server.ClientAuthentication;

internal static class ClientAuthenticationRegistration
{
    public static IServiceCollection AddSsoClientAuthentication(this IServiceCollection services) => services
        .AddScoped<IClientAssertionHost, ClientAssertionHost>().AddClientAssertionChecks()
        .AddScoped<ClientRefusals>().AddScoped<SecretAlerts>()
        .AddSingleton<SecretUses>().AddHostedService(provider => provider.GetRequiredService<SecretUses>());
}
