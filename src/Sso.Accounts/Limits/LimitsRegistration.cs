using Sso.Settings;

namespace Sso.Accounts.Limits;

public static class LimitsRegistration
{
    public static IServiceCollection AddSsoLimits(this IServiceCollection services, IConfiguration configuration) => services
        .AddSettings(configuration, "Limits", new LimitRules())
        .AddSingleton<LimitTable>().AddSingleton<LimitMetrics>().AddScoped<Throttle>().AddScoped<ListStopped>();
}
