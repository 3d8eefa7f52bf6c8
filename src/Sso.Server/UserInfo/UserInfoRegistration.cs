namespace Sso.Server.UserInfo;

internal static class UserInfoRegistration
{
    public static IServiceCollection AddSsoUserInfo(this IServiceCollection services) => services
        .AddScoped<PersonReader>();
}
