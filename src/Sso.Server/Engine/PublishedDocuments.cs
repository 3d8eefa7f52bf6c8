using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using Sso.Data.Keys;
using Sso.Extensions.Host;
using Sso.Extensions.RotatingKeys;
using Sso.Server.Keys;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Engine;

/// <summary>
/// What is the same for everybody: the metadata (OIDC Discovery §4, RFC 8414 §3) and the key set (RFC 7517 §5), public for any origin.
/// OpenIddict composes each once, and then it is served as bytes; the key set again when other keys are published or another one signs.
/// </summary>
internal sealed class PublishedDocuments(IRotatingKeys keys)
{
    public const string KeySetPath = "/.well-known/jwks";

    private byte[]? _metadata;
    private KeySet? _keySet;

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var path in (string[])["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"])
        {
            routes.MapGet(path, AnswerAsync).WithMetadata(new ProtocolRoute(OpenIddictServerEndpointType.Configuration));
        }

        routes.MapGet(KeySetPath, AnswerKeySetAsync).WithMetadata(new ProtocolRoute(OpenIddictServerEndpointType.JsonWebKeySet));
    }

    /// <summary>Keeps what OpenIddict has composed, and sends it.</summary>
    public static async ValueTask PublishAsync(BaseRequestContext context)
    {
        var (documents, document) = (
            context.Http.RequestServices.GetRequiredService<PublishedDocuments>(), PlainJson.Of(context.Transaction.Response!.WriteTo));
        if (context.Transaction.Kept<IReadOnlyList<JsonWebKey>>() is { } published)
        {
            documents._keySet = new(published, document);
        }
        else
        {
            documents._metadata = document;
        }

        await SendAsync(context.Http, document);
        context.HandleRequest();
    }

    private static Task AnswerAsync(HttpContext http, PublishedDocuments documents)
    {
        var document = ProtocolRoute.Of(http) == OpenIddictServerEndpointType.Configuration ? documents._metadata : documents.CurrentKeySet;
        return document is null ? ProtocolRoute.AnswerAsync(http) : SendAsync(http, document);
    }

    private static async Task AnswerKeySetAsync(HttpContext http, PublishedDocuments documents, KeySetFetches fetches)
    {
        // Before the set is read: what is answered has these keys, or newer ones.
        var newest = fetches.NewestKeyAt;
        await AnswerAsync(http, documents);
        fetches.NoteFetch(http, newest);
    }

    private byte[]? CurrentKeySet => _keySet is { } known && ReferenceEquals(known.Keys, keys.Published) ? known.Json : null;

    private static Task SendAsync(HttpContext http, byte[] document)
    {
        // No key signs until it has been published for this long, so that nobody meets one that is not in their cached set.
        var age = ProtocolRoute.Of(http) == OpenIddictServerEndpointType.Configuration ? TimeSpan.FromHours(1) : KeySchedule.CacheAge;
        http.Response.Headers.CacheControl = $"public, max-age={age.TotalSeconds:0}";
        return TypedResults.Bytes(document, "application/json").ExecuteAsync(http);
    }

    private sealed record KeySet(IReadOnlyList<JsonWebKey> Keys, byte[] Json);
}
