using Sso.Server.Clients;
using Sso.Server.Issuance;
using Sso.Server.Token;
using Sso.Settings;

namespace Sso.Server.Preview;

internal static class PreviewRegistration
{
    public static IServiceCollection AddSsoPreview(this IServiceCollection services) => services.AddScoped<PreviewTokens>();

    /// <summary>For the command line: with what puts tokens together, and nothing that signs or serves them.</summary>
    public static IServiceCollection AddPreviewWithoutServer(this IServiceCollection services, IConfiguration configuration) => services
        .AddSettings(configuration, "Tokens", new TokenRules())
        .AddSettings<AuthorizationOptions>(configuration, "Authorization")
        .AddSsoClients().AddScoped<PersonReader>().AddScoped<PrepareTokens>()
        .AddSsoPreview();
}
