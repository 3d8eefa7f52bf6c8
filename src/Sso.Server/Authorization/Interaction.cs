using System.Collections.Frozen;
using System.Diagnostics;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Server.Sessions;

namespace Sso.Server.Authorization;

/// <summary>
/// Reads what is proved, asks <see cref="InteractionPolicy"/>, and either answers the client or sends the browser to
/// the page of the step that is missing.
/// </summary>
public sealed class Interaction(
    SessionCookies sessions, Flows flows, PushedRequests pushed, GrantedAnswer granted, AuthorizationResponse response)
{
    public async Task<IResult> AnswerAsync(HttpContext http, AuthorizationRequest request, CancellationToken cancellation)
    {
        var silent = request.Prompt.HasFlag(Prompt.None);
        var signIn = await sessions.CurrentAsync(http, request.Client.Id, isActivity: !silent, cancellation);
        var step = InteractionPolicy.Decide(request, signIn?.ToState());
        switch (step)
        {
            case NextStep.Issue when request.PushedAs is { } requestUri && !await pushed.TryAnswerAsync(requestUri, cancellation):
                return new SeeOther(LateFlows.PageFor(request.Client.Id));
            case NextStep.Issue issue when signIn is not null:
                await sessions.CompleteAsync(http, signIn, request.Client.Id, issue.Authentication, cancellation);
                return EndsWithUs(request)
                    ? new SeeOther(
                        new Uri(request.RedirectUri.Value).AbsolutePath
                            + (request.WaitingId is null ? "" : $"?flow={flows.Seal(http, request)}"))
                    : await granted.MakeAsync(http, request, signIn, issue, cancellation);
            case NextStep.Refuse refuse when EndsWithUs(request):
                return new SeeOther($"/error?about={AuthorizationPageError.MalformedRequest}&code={refuse.Error.Code}");
            case NextStep.Refuse refuse:
                return response.Error(request, refuse.Error);
            default:
                var handle = flows.Seal(http, request);
                return handle.Length > Flows.LongestHandle
                    ? response.Error(request, OAuthError.RequestTooLongForUrl)
                    : new SeeOther($"{PageOf(step)}?flow={handle}");
        }
    }

    private static bool EndsWithUs(AuthorizationRequest request) =>
        request.Client.Id == AccountArea.ClientId || request.WaitingId is not null;

    /// <summary>Which page does which step.</summary>
    public static string PageOf(NextStep step) => step switch
    {
        NextStep.SignIn => "/signin",
        NextStep.ChallengeSecondFactor challenge => PageOf(challenge.Methods),
        NextStep.EnrollSecondFactor => "/signin/enrol",
        NextStep.SaveRecoveryCodes => "/account/mfa/recovery-codes",
        NextStep.AskConsent => "/consent",
        _ => throw new UnreachableException(),
    };

    /// <summary>
    /// With one way enrolled its page, with several the choice. Recovery codes are for the lost phone and never the first suggestion.
    /// </summary>
    private static string PageOf(FrozenSet<ProofMethod> methods) =>
        methods.Where(method => method != ProofMethod.RecoveryCode).ToList() switch
        {
            [] => "/signin/verify/recovery",
            [ProofMethod.AuthenticatorApp] => "/signin/verify/app",
            [ProofMethod.TextMessage] => "/signin/verify/sms",
            [ProofMethod.MailCode] => "/signin/verify/mail",
            [ProofMethod.Passkey] => "/signin/verify/passkey",
            _ => "/signin/verify/choose",
        };
}
