namespace Sso.Accounts.Protection;

public static class ProtectionRegistration
{
    public static IServiceCollection AddSsoProtection(this IServiceCollection services) => services
        .AddScoped<CloseAccount>().AddScoped<SecureByNewPassword>().AddScoped<UndoContactChanges>();
}
