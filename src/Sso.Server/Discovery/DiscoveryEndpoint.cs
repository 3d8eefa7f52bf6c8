using Microsoft.AspNetCore.Http.HttpResults;
using Sso.Data.Keys;
using Sso.Admin.Registrations;
using Sso.Protocol.Discovery;
using Sso.Server.Authorization;
using Sso.Server.Http;
using Sso.Server.MutualTls;

namespace Sso.Server.Discovery;

/// <summary>The two names of one metadata document (OIDC Discovery §4, RFC 8414 §3), public for any origin.</summary>
internal static class DiscoveryEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var options = services.GetRequiredService<SsoOptions>();
        var registration = services.GetRequiredService<RegistrationPolicy>();
        var features = new ServerFeatures
        {
            SigningAlgorithms = services.GetRequiredService<KeyOptions>().Offered,
            AuthorizationDetailTypes = [.. services.GetRequiredService<AuthorizationTypes>().All.Select(type => type.Type)],
            Encryption = services.GetRequiredService<KeyOptions>().Encryption,
            IdTokenResponses = services.GetRequiredService<AuthorizationOptions>().IdTokenResponses,
            SessionManagement = options.SessionManagement,
            Registration = registration.Enabled,
            ClientIdMetadataDocuments = registration.DocumentHosts.Count > 0,
        };
        if (services.GetRequiredService<MutualTlsOptions>() is { Enabled: true } mutualTls)
        {
            features = features with { MutualTls = true, MutualTlsAddress = mutualTls.Address };
        }

        var document = ServerMetadata.Write(options.Issuer, features);
        routes.MapGet("/.well-known/openid-configuration", (HttpContext http) => Answer(http, document));
        routes.MapGet("/.well-known/oauth-authorization-server", (HttpContext http) => Answer(http, document));
    }

    private static FileContentHttpResult Answer(HttpContext http, byte[] document)
    {
        http.Response.Headers.CacheControl = "public, max-age=3600";
        return TypedResults.Bytes(document, "application/json");
    }
}
