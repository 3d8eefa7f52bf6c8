namespace Sso.Server.Logout;

internal static class LogoutRegistration
{
    public static IServiceCollection AddSsoLogout(this IServiceCollection services) => services
        .AddScoped<BrowserSignOut>()
        .AddSingleton<LogoutReturnSealer>()
        .AddSingleton<LogoutDispatcher>()
        .AddHostedService(provider => provider.GetRequiredService<LogoutDispatcher>());
}
