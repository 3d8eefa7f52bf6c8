using Sso.Extensions.Host;

namespace Sso.Server.ClientAuthentication;

internal static class ClientAuthenticationRegistration
{
    public static IServiceCollection AddSsoClientAuthentication(this IServiceCollection services) => services
        .AddSingleton<ClientDirectory>().AddSingleton<IClientSource>(services => services.GetRequiredService<ClientDirectory>())
        .AddSingleton<ClientKeys>().AddSingleton<IClientKeySets>(services => services.GetRequiredService<ClientKeys>())
        .AddScoped<ClientAuthenticator>()
        .AddScoped<ClientAssertions>()
        .AddScoped<CredentialCheck>()
        .AddScoped<ClientRefusals>();
}
