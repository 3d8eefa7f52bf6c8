namespace Sso.Accounts.Passwords;

public static class PasswordsRegistration
{
    public static IServiceCollection AddSsoPasswords(this IServiceCollection services) => services
        .AddScoped<PasswordFloor>().AddSingleton<PasswordLane>()
        .AddScoped<SetPassword>().AddScoped<ChangePassword>().AddScoped<PasswordLinkRequest>();
}
