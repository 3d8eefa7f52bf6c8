using Microsoft.AspNetCore.WebUtilities;
using Sso.Data.Secrets;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Server.ClientAuthentication;

namespace Sso.Server.Authorization;

/// <summary>The authorization endpoint (RFC 6749 §3.1, OIDC Core §3.1.2).</summary>
internal static class AuthorizationEndpoint
{
    public const string Path = "/connect/authorize";
    private const string Posted = "posted request";
    private static readonly TimeSpan PostedLifetime = TimeSpan.FromMinutes(1);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, GetAsync);
        routes.MapPost(Path, PostAsync).DisableAntiforgery();
        routes.MapGet(Path + "/continue", ContinueAsync);
    }

    private static async Task<IResult> GetAsync(
        HttpContext http,
        IncomingRequests requests,
        Interaction interaction,
        AuthorizationResponse response,
        ClientRefusals refusals,
        Sealer sealer,
        CancellationToken cancellation)
    {
        var pairs = http.Request.Query.SelectMany(pair => pair.Value, (pair, value) => KeyValuePair.Create(pair.Key, value));
        if (http.Request.Query["posted"] is [{ } posted] && sealer.Open(Posted, posted) is { } form)
        {
            pairs = QueryHelpers.ParseQuery(System.Text.Encoding.UTF8.GetString(form))
                .SelectMany(pair => pair.Value, (pair, value) => KeyValuePair.Create(pair.Key, value));
        }

        if (OAuthParameters.From(pairs).Failed(out _, out var parameters))
        {
            return ErrorPage(AuthorizationPageError.MalformedRequest);
        }

        var (request, failure) = await requests.ReadAsync(parameters, cancellation);
        if (failure is AuthorizationFailure.ShownToUser { Mismatch: { } mismatch })
        {
            await refusals.RecordAsync(http, mismatch, cancellation);
        }

        return failure switch
        {
            null => await interaction.AnswerAsync(http, request!, cancellation),
            AuthorizationFailure.ShownToUser shown => ErrorPage(shown.Error),
            AuthorizationFailure.SentToClient sent => response.Error(sent.Client, sent.RedirectUri, sent.ResponseMode, sent.State, sent.Error),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>
    /// OIDC Core §3.1.2.1 demands POST as well. A cross-site POST arrives without our cookies (they are Lax), so it continues as a GET of the sealed request.
    /// </summary>
    private static async Task<IResult> PostAsync(HttpContext http, Sealer sealer, CancellationToken cancellation)
    {
        if (!http.Request.HasFormContentType)
        {
            return ErrorPage(AuthorizationPageError.MalformedRequest);
        }

        var form = await http.Request.ReadFormAsync(cancellation);
        var pairs = form.SelectMany(pair => pair.Value, (pair, value) => KeyValuePair.Create(pair.Key, value));
        if (OAuthParameters.From(pairs).Failed(out _, out var parameters))
        {
            return ErrorPage(AuthorizationPageError.MalformedRequest);
        }

        var posted = sealer.Seal(Posted, System.Text.Encoding.UTF8.GetBytes(parameters.ToForm()), PostedLifetime);
        return posted.Length > Flows.LongestHandle
            ? ErrorPage(AuthorizationPageError.RequestTooLarge)
            : new SeeOther($"{Path}?posted={posted}");
    }

    /// <summary>Every page comes back here after it recorded its fact.</summary>
    private static async Task<IResult> ContinueAsync(HttpContext http, string? flow, Flows flows, Interaction interaction, CancellationToken cancellation) =>
        await flows.OpenAsync(http, flow, cancellation) is { } opened
            ? await interaction.AnswerAsync(http, opened.Request, cancellation)
            : ErrorPage(AuthorizationPageError.ExpiredFlow);

    private static SeeOther ErrorPage(AuthorizationPageError error) => new($"/error?about={error}");
}
