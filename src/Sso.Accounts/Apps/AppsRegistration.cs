namespace Sso.Accounts.Apps;

public static class AppsRegistration
{
    public static IServiceCollection AddSsoApps(this IServiceCollection services) => services
        .AddScoped<AppAccess>().AddScoped<ConsentDecision>();
}
