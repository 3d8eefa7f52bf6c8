namespace Sso.Accounts.Overview;

public static class OverviewRegistration
{
    public static IServiceCollection AddSsoOverview(this IServiceCollection services) => services
        .AddScoped<AccountOverview>().AddScoped<OwnActivity>().AddScoped<DataExport>();
}
