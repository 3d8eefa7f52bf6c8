namespace Sso.Server.ClientAuthentication;

internal static class ClientAuthenticationRegistration
{
    public static IServiceCollection AddSsoClientAuthentication(this IServiceCollection services) => services
        .AddSingleton<ClientDirectory>()
        .AddSingleton<ClientKeys>()
        .AddScoped<ClientAuthenticator>()
        .AddScoped<ClientAssertions>()
        .AddScoped<CredentialCheck>()
        .AddScoped<ClientRefusals>();
}
