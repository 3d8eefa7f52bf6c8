namespace Sso.Server.Preview;

internal static class PreviewRegistration
{
    public static IServiceCollection AddSsoPreview(this IServiceCollection services) => services.AddScoped<PreviewTokens>();
}
