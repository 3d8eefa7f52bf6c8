using Microsoft.AspNetCore.Http.HttpResults;
using Sso.Admin;
using Sso.Admin.Clients;
using Sso.Admin.Registrations;
using Sso.Data.Clients;
using Sso.Protocol;
using Sso.Server.Http;
using Sso.Server.Operations;
using Sso.Server.SignIn;

namespace Sso.Server.Registration;

/// <summary>
/// Applications register themselves and manage what they registered (RFC 7591 §3, RFC 7592 §2, OIDC Dynamic Registration §3). Not
/// there unless an operator switched it on.
/// </summary>
internal static class RegistrationEndpoint
{
    public const string Path = "/connect/register";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Path, AddAsync).DisableAntiforgery();
        routes.MapGet(Path + "/{clientId}", ReadAsync);
        routes.MapPut(Path + "/{clientId}", ReplaceAsync).DisableAntiforgery();
        routes.MapDelete(Path + "/{clientId}", RemoveAsync).DisableAntiforgery();
    }

    private static async Task<IResult> AddAsync(
        HttpContext http, RegisterClient registrations, RegistrationPolicy policy,
        Throttle throttle, SsoOptions options, ConfigurationPolling polling,
        CancellationToken cancellation)
    {
        if (!policy.Enabled)
        {
            return TypedResults.NotFound();
        }

        var hash = TokenOf(http) is { } token ? RegistrationToken.HashOf(token) : null;
        if (hash is null ? !policy.WithoutToken : !await registrations.IsGoodAsync(hash, cancellation))
        {
            return Unauthorized(http);
        }

        if (hash is null && await throttle.ReserveRegistrationAsync(ClientAddress.Counted(http), cancellation) is { } wait)
        {
            return new OAuthErrorResult(OAuthError.TooManyRequests(wait));
        }

        if (await MetadataAsync(http, cancellation) is not { } metadata)
        {
            return new OAuthErrorResult(OAuthError.NoMetadata);
        }

        if ((await registrations.AddAsync(metadata, hash, cancellation)).Refused(out var refusal, out var registered))
        {
            return refusal.Kind == RefusalKind.NotFound ? Unauthorized(http) : Refuse(refusal);
        }

        await polling.PollAsync(cancellation);
        return Answer(http, options, registered.Client, registered.ManagementToken!, registered.Secret, StatusCodes.Status201Created);
    }

    private static async Task<IResult> ReadAsync(
        HttpContext http, string clientId, RegisterClient registrations,
        RegistrationPolicy policy, SsoOptions options, CancellationToken cancellation)
    {
        var (client, token, failure) = await FindAsync(http, clientId, registrations, policy, cancellation);
        return client is null ? failure : Answer(http, options, client, token, secret: null, StatusCodes.Status200OK);
    }

    private static async Task<IResult> ReplaceAsync(
        HttpContext http, string clientId, RegisterClient registrations,
        RegistrationPolicy policy, SsoOptions options, ConfigurationPolling polling,
        Throttle throttle, CancellationToken cancellation)
    {
        var (client, token, failure) = await FindAsync(http, clientId, registrations, policy, cancellation);
        if (client is null)
        {
            return failure;
        }

        // Each change is recorded, fetches what it names and is read by every node.
        if (await throttle.ReserveRegistrationAsync(client.Id, cancellation) is { } wait)
        {
            return new OAuthErrorResult(OAuthError.TooManyRequests(wait));
        }

        if (await MetadataAsync(http, cancellation) is not { } metadata)
        {
            return new OAuthErrorResult(OAuthError.NoMetadata);
        }

        if ((await registrations.ReplaceAsync(client, metadata, cancellation)).Refused(out var refusal, out var replaced))
        {
            return refusal.Kind == RefusalKind.NotFound ? Unauthorized(http) : Refuse(refusal);
        }

        await polling.PollAsync(cancellation);
        return Answer(http, options, replaced.Client, token, replaced.Secret, StatusCodes.Status200OK);
    }

    private static async Task<IResult> RemoveAsync(
        HttpContext http, string clientId, RegisterClient registrations,
        RemoveClient removal, RegistrationPolicy policy, ConfigurationPolling polling,
        CancellationToken cancellation)
    {
        var (client, _, failure) = await FindAsync(http, clientId, registrations, policy, cancellation);
        if (client is null)
        {
            return failure;
        }

        await removal.ExecuteAsync(client.Id, cancellation);
        await polling.PollAsync(cancellation);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.NoContent();
    }

    /// <summary>RFC 7592 §2.1: a client that is not there and a token that is not its own are told alike.</summary>
    private static async Task<(ClientRegistration? Client, string Token, IResult Failure)> FindAsync(
        HttpContext http, string clientId, RegisterClient registrations, RegistrationPolicy policy, CancellationToken cancellation)
    {
        if (!policy.Enabled)
        {
            return (null, "", TypedResults.NotFound());
        }

        var token = TokenOf(http);
        return token is not null && await registrations.FindAsync(clientId, token, cancellation) is { } client
            ? (client, token, TypedResults.Empty)
            : (null, "", Unauthorized(http));
    }

    private static string? TokenOf(HttpContext http)
    {
        const string Scheme = "Bearer ";
        var header = http.Request.Headers.Authorization.ToString();
        return header.StartsWith(
            Scheme, StringComparison.OrdinalIgnoreCase) && header[Scheme.Length..].Trim() is { Length: > 0 and < 200 } token ? token : null;
    }

    private static async Task<ClientMetadata?> MetadataAsync(HttpContext http, CancellationToken cancellation)
    {
        if (!http.Request.HasJsonContentType())
        {
            return null;
        }

        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, cancellation);
        return ClientMetadata.Parse(body.ToArray());
    }

    private static StatusCodeHttpResult Unauthorized(HttpContext http)
    {
        http.Response.Headers.WWWAuthenticate = TokenOf(http) is null ? "Bearer" : "Bearer error=\"invalid_token\"";
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.StatusCode(StatusCodes.Status401Unauthorized);
    }

    /// <summary>RFC 7591 §3.2.2.</summary>
    private static OAuthErrorResult Refuse(Refusal refusal) =>
        new(OAuthError.InvalidMetadata(refusal.Problems[0].Field, $"{refusal.Problems[0].What} {refusal.Problems[0].Remedy}"));

    private static JsonHttpResult<ClientMetadata> Answer(
        HttpContext http, SsoOptions options, ClientRegistration client, string token, string? secret, int status)
    {
        http.Response.Headers.CacheControl = "no-store";
        var uri = $"{options.Issuer}{Path}/{Uri.EscapeDataString(client.Id)}";
        return TypedResults.Json(MetadataWriter.Of(client, uri, token, secret), MetadataJson.Default.ClientMetadata, statusCode: status);
    }
}
