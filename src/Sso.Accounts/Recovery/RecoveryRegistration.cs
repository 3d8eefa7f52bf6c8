namespace Sso.Accounts.Recovery;

public static class RecoveryRegistration
{
    public static IServiceCollection AddSsoRecovery(this IServiceCollection services) => services
        .AddScoped<LostFactor>().AddScoped<DueRecoveries>();
}
