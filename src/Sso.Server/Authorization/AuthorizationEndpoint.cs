using Sso.Protocol.Authorization;
using Sso.Server.ClientAuthentication;
using Sso.Server.Http;

namespace Sso.Server.Authorization;

/// <summary>The authorization endpoint (RFC 6749 §3.1, OIDC Core §3.1.2).</summary>
internal static class AuthorizationEndpoint
{
    public const string Path = "/connect/authorize";

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
        PostedForms forms,
        CancellationToken cancellation)
    {
        var parameters = forms.Read(http.Request, Path);
        var (request, failure) = await requests.ReadAsync(http, parameters, cancellation);
        if (failure is AuthorizationFailure.ShownToUser { Mismatch: { } mismatch })
        {
            await refusals.RecordAsync(http, mismatch, cancellation);
        }

        return failure switch
        {
            null => await interaction.AnswerAsync(http, request!, cancellation),
            AuthorizationFailure.ShownToUser { Error: AuthorizationPageError.ExpiredFlow } => new SeeOther(LateFlows.PageFor(parameters["client_id"])),
            AuthorizationFailure.ShownToUser shown => ErrorPage(shown.Error),
            AuthorizationFailure.SentToClient sent => response.Error(sent.Client, sent.RedirectUri, sent.ResponseMode, sent.State, sent.Error),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>OIDC Core §3.1.2.1 demands POST as well.</summary>
    private static async Task<IResult> PostAsync(HttpContext http, PostedForms forms, CancellationToken cancellation)
    {
        if (!http.Request.HasFormContentType)
        {
            return ErrorPage(AuthorizationPageError.MalformedRequest);
        }

        var parameters = await PostedForms.ReadFormAsync(http.Request, cancellation);
        return forms.AddressOf(Path, parameters) is { } address ? new SeeOther(address) : ErrorPage(AuthorizationPageError.RequestTooLarge);
    }

    /// <summary>Every page comes back here after it recorded its fact.</summary>
    private static async Task<IResult> ContinueAsync(
        HttpContext http, string? flow, Flows flows, LateFlows late, Interaction interaction, CancellationToken cancellation) =>
        await flows.OpenAsync(http, flow, cancellation) is { } opened
            ? await interaction.AnswerAsync(http, opened.Request, cancellation)
            : new SeeOther(late.AddressAfter(http, flow));

    private static SeeOther ErrorPage(AuthorizationPageError error) => new($"/error?about={error}");
}
