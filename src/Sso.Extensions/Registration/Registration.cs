using OpenIddict.Server.AspNetCore;
using Sso.Protocol.Registration;

namespace Sso.Extensions.Registration;

/// <summary>
/// Applications register themselves and manage what they registered (RFC 7591 §3, RFC 7592 §2, OIDC Dynamic Registration §3). The host
/// implements <see cref="IRegistrationHost{TClient}"/>.
/// </summary>
public static class RegistrationExtension
{
    public static OpenIddictServerBuilder AddRegistration<TClient>(this OpenIddictServerBuilder server, string path)
        where TClient : class => server
        .AddEndpoint<RegistrationEndpoint<TClient>>(path, "registration_endpoint", withBelow: true)
        .Handle<ApplyDeviceAuthorizationResponseContext>(
            OpenIddictServerAspNetCoreHandlers.AttachHttpResponseCode<ApplyDeviceAuthorizationResponseContext>.Descriptor.Order + 500,
            SayStatus);

    /// <summary>OpenIddict knows these statuses only at userinfo (RFC 6750 §3.1).</summary>
    private static void SayStatus(ApplyDeviceAuthorizationResponseContext context)
    {
        if (context.Transaction.Kept<OAuthError>() is not { } error)
        {
            return;
        }

        var response = context.Http.Response;
        response.StatusCode = error.Status;
        if (error.Code == OpenIddictConstants.Errors.InvalidToken)
        {
            response.Headers.WWWAuthenticate = $"Bearer error=\"{error.Code}\", error_description=\"{error.Description}\"";
        }
    }
}

internal sealed class RegistrationEndpoint<TClient>(IRegistrationHost<TClient> host, EndpointPath<RegistrationEndpoint<TClient>> path)
    : IOpenIddictServerHandler<ProcessRequestContext>
    where TClient : class
{
    public async ValueTask HandleAsync(ProcessRequestContext context)
    {
        // A refusal is answered as at the device endpoint: OpenIddict answers only at endpoints that it knows.
        context.EndpointType = OpenIddictServerEndpointType.DeviceAuthorization;
        var http = context.Http;
        if (!context.Passes(await AnswerAsync(http, context.CancellationToken), out var answer))
        {
            return;
        }

        http.Response.Headers.CacheControl = "no-store";
        if (answer.Metadata is not { } metadata)
        {
            await context.AnswerAsync(TypedResults.NoContent());
            return;
        }

        var address = $"{context.BaseUri!.AbsoluteUri.TrimEnd('/')}{path.Value}/{Uri.EscapeDataString(metadata.ClientId!)}";
        await context.AnswerAsync(TypedResults.Json(
            metadata with { RegistrationClientUri = address }, MetadataJson.Default.ClientMetadata, statusCode: answer.Status));
    }

    private async Task<Result<Answer, OAuthError>> AnswerAsync(HttpContext http, CancellationToken cancellation)
    {
        var token = TokenOf(http.Request);
        if (http.Request.Path.StartsWithSegments(path.Value, out var below) && !below.HasValue)
        {
            return HttpMethods.IsPost(http.Request.Method) ? await AddAsync(http, token, cancellation)
                : OAuthError.MethodNotTaken(http.Request.Method, "POST");
        }

        if (token is null || await host.FindAsync(Uri.UnescapeDataString(below.Value![1..]), token, cancellation) is not { } client)
        {
            return OAuthError.InvalidToken("not the management token of this client");
        }

        switch (http.Request.Method)
        {
            case "GET" or "HEAD":
                return new Answer(StatusCodes.Status200OK, host.Describe(client) with { RegistrationAccessToken = token });
            case "PUT" when await MetadataAsync(http.Request, cancellation) is { } metadata:
                return (await host.ReplaceAsync(client, metadata, cancellation)).Failed(out var error, out var replaced)
                    ? error
                    : new Answer(StatusCodes.Status200OK, replaced with { RegistrationAccessToken = token });
            case "PUT":
                return OAuthError.NoMetadata;
            case "DELETE":
                await host.RemoveAsync(client, cancellation);
                return new Answer(StatusCodes.Status204NoContent, Metadata: null);
            default:
                return OAuthError.MethodNotTaken(http.Request.Method, "DELETE, GET, HEAD, PUT");
        }
    }

    private async Task<Result<Answer, OAuthError>> AddAsync(HttpContext http, string? token, CancellationToken cancellation)
    {
        if (await host.FindRefusalAsync(http, token, cancellation) is { } refusal)
        {
            return refusal;
        }

        return await MetadataAsync(http.Request, cancellation) is not { } metadata ? OAuthError.NoMetadata
            : (await host.AddAsync(metadata, token, cancellation)).Failed(out var error, out var added) ? error
            : new Answer(StatusCodes.Status201Created, added);
    }

    private static string? TokenOf(HttpRequest request)
    {
        const string Scheme = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && header[Scheme.Length..].Trim() is { Length: > 0 and < 200 } token
                ? token
                : null;
    }

    private static async Task<ClientMetadata?> MetadataAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (!request.HasJsonContentType())
        {
            return null;
        }

        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellation);
        return ClientMetadata.Parse(body.ToArray());
    }

    private sealed record Answer(int Status, ClientMetadata? Metadata);
}
