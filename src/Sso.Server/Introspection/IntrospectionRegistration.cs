namespace Sso.Server.Introspection;

internal static class IntrospectionRegistration
{
    public static IServiceCollection AddSsoIntrospection(this IServiceCollection services) => services.AddScoped<TokenIntrospector>();
}
