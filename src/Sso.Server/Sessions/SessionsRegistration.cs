namespace Sso.Server.Sessions;

internal static class SessionsRegistration
{
    public static IServiceCollection AddSsoSessions(this IServiceCollection services) => services
        .AddScoped<SessionCookies>();
}
