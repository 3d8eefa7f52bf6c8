namespace Sso.Server.Polling;

internal static class PollingRegistration
{
    public static IServiceCollection AddSsoPolling(this IServiceCollection services) => services
        .AddSingleton<ConfigurationPolling>().AddHostedService<ConfigurationPollingService>();
}
