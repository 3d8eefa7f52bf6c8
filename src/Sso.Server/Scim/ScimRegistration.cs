namespace Sso.Server.Scim;

internal static class ScimRegistration
{
    public static IServiceCollection AddSsoScim(this IServiceCollection services) => services.AddScoped<ScimChanges>();
}
