using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace ClientArea.SignIn;

/// <summary>
/// The two ends of the code flow (OIDC Core §3.1), to Sso and back, and the endpoint where Sso says that a session is over.
/// </summary>
internal static partial class SignInEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/signin", (
            HttpContext http, Provider provider, PendingSignIns pending, ClientAreaSettings settings, ILogger<Provider> log) =>
            KindlyAsync(log, () => BeginAsync(http, provider, pending, settings)));
        routes.MapGet("/callback", (
            HttpContext http, Provider provider, PendingSignIns pending, TokenClient tokens, ILogger<Provider> log) =>
            KindlyAsync(log, () => FinishAsync(http, provider, pending, tokens)));
        routes.MapPost("/backchannel-logout", EndAsync);
    }

    private static async Task<string> BeginAsync(HttpContext http, Provider provider, PendingSignIns pendings, ClientAreaSettings settings)
    {
        var description = await provider.DescribeAsync(http.RequestAborted);
        var pending = PendingSignIn.New();
        pendings.Keep(http, pending);
        return QueryHelpers.AddQueryString(description.AuthorizationEndpoint, new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = settings.ClientId,
            ["redirect_uri"] = settings.RedirectUri,
            ["scope"] = settings.Scopes,
            ["state"] = pending.State,
            ["nonce"] = pending.Nonce,
            ["code_challenge"] = pending.CodeChallenge,
            ["code_challenge_method"] = "S256",
            ["ui_locales"] = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName,
        });
    }

    private static async Task<string> FinishAsync(HttpContext http, Provider provider, PendingSignIns pendings, TokenClient tokens)
    {
        var query = http.Request.Query;
        if (pendings.Take(http, query["state"]) is not { } pending)
        {
            // A person who goes back after signing in brings the answer again, but is already in: nothing is taken from it.
            return await SignedIn.ReadAsync(http) is not null
                ? "/"
                : throw new SignInException(SignInProblem.Expired, "The answer does not belong to this browser.");
        }

        CheckIssuer(await provider.DescribeAsync(http.RequestAborted), query["iss"]);
        if (query["error"] is [{ Length: > 0 } error])
        {
            throw new SignInException(error == "access_denied" ? SignInProblem.Cancelled : SignInProblem.Refused, $"Sso answered {error}.");
        }

        if (query["code"] is not [{ Length: > 0 } code])
        {
            throw new SignInException(SignInProblem.Untrusted, "The answer has no code.");
        }

        var signedIn = await tokens.RedeemAsync(code, pending, http.RequestAborted);
        await signedIn.WriteAsync(http);
        return "/";
    }

    /// <summary>Sso says from server to server that a session is over (Back-Channel Logout §2.5, §2.8).</summary>
    private static async Task<IResult> EndAsync(HttpContext http, EndedSessions ended)
    {
        http.Response.Headers.CacheControl = "no-store";
        return http.Request.HasFormContentType
            && await ended.TryEndAsync((await http.Request.ReadFormAsync(http.RequestAborted))["logout_token"])
                ? Results.Ok()
                : Results.BadRequest(new { error = "invalid_request" });
    }

    /// <summary>RFC 9207 §2.4: an answer that another server gave is refused before anything is sent anywhere.</summary>
    private static void CheckIssuer(OpenIdConnectConfiguration description, string? issuer)
    {
        var isPromised = description.AdditionalData.TryGetValue("authorization_response_iss_parameter_supported", out var value)
            && value is true;
        if (issuer is null ? isPromised : issuer != description.Issuer)
        {
            throw new SignInException(SignInProblem.Untrusted, "The answer comes from another issuer.");
        }
    }

    private static async Task<IResult> KindlyAsync(ILogger log, Func<Task<string>> step)
    {
        try
        {
            return Results.Redirect(await step());
        }
        catch (SignInException exception)
        {
            SignInEnded(log, exception.Problem, exception.Message);
            return Results.Redirect($"/problem/{exception.Problem.ToString().ToLowerInvariant()}");
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Sign-in ended: {Problem}: {Reason}")]
    private static partial void SignInEnded(ILogger log, SignInProblem problem, string reason);
}
