namespace Sso.Accounts.SignIn;

public static class SignInRegistration
{
    public static IServiceCollection AddSsoSignIn(this IServiceCollection services) => services
        .AddScoped<PasswordSignIn>().AddScoped<PasskeySignIn>();
}
