using Sso.Protocol;
using Sso.Server.ClientAuthentication;
using Sso.Server.Http;
using Sso.Server.Keys;

namespace Sso.Server.Introspection;

/// <summary>
/// The introspection endpoint (RFC 7662 §2), whose answer is signed when it is asked for as
/// <c>application/token-introspection+jwt</c> (RFC 9701 §4).
/// </summary>
internal static class IntrospectionEndpoint
{
    public const string Path = "/connect/introspect";
    private const string SignedType = "application/token-introspection+jwt";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost(Path, HandleAsync).DisableAntiforgery();

    private static async Task<IResult> HandleAsync(
        HttpContext http,
        ClientAuthenticator clients,
        TokenIntrospector introspector,
        SigningKeyRing keys,
        SsoOptions options,
        TimeProvider clock,
        CancellationToken cancellation)
    {
        if ((await clients.ReadAsync(http, cancellation)).Failed(out var error, out var request))
        {
            return new OAuthErrorResult(error);
        }

        // RFC 7662 §2.1: whoever asks has to be known, and a public client is anybody.
        if (request.Client.IsPublic)
        {
            return new OAuthErrorResult(OAuthError.InvalidClient("a public client cannot introspect"));
        }

        if (request.Parameters["token"] is not { } token)
        {
            return new OAuthErrorResult(OAuthError.ParameterMissing("token"));
        }

        var found = await introspector.IntrospectAsync(request.Client, token, cancellation);
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.Vary = "Accept";
        return http.Request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals(SignedType, StringComparison.OrdinalIgnoreCase))
            ? TypedResults.Text(
                found.Sign(
                    options.Issuer, request.Client.Id,
                    keys.Signing(request.Client.IntrospectionSigningAlgorithm), clock.GetUtcNow()), SignedType)
            : TypedResults.Bytes(found.AsJson(options.Issuer), "application/json");
    }
}
