namespace Sso.Accounts.Sessions;

public static class SessionsRegistration
{
    public static IServiceCollection AddSsoSessions(this IServiceCollection services) => services
        .AddScoped<BrowserSessions>().AddScoped<SessionEnding>().AddScoped<DeviceTrust>();
}
