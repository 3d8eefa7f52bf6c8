using System.Collections.Frozen;
using System.Diagnostics;
using Sso.Accounts.Sessions;
using Sso.Accounts.SignIn;
using Sso.Data.Sessions;
using Sso.Server.Http;

namespace Sso.Server.Authorization;

/// <summary>Reads what is proved, asks <see cref="InteractionPolicy"/>, and says where to go next.</summary>
internal sealed class Interaction(
    BrowserSessions sessions, SignInCompletion completion, FlowSealer flows, PushedRequestStore pushed)
{
    public async Task<RequestOutcome> DecideAsync(HttpContext http, AuthorizationRequest request, CancellationToken cancellation)
    {
        var silent = request.Prompt.HasFlag(Prompt.None);
        var signIn = await sessions.CurrentAsync(http.Visit(), request.Client.Id, isActivity: !silent, cancellation);
        var step = InteractionPolicy.Decide(request, signIn?.ToState());
        switch (step)
        {
            case NextStep.Issue when request.PushedAs is { } requestUri && !await pushed.TryAnswerAsync(requestUri, cancellation):
                return new RequestOutcome.Elsewhere(LateFlows.PageFor(request.Client.Id));
            case NextStep.Issue issue when signIn is not null:
                await completion.CompleteAsync(http.Visit(), signIn, request.Client.Id, issue.Authentication, cancellation);
                return EndsWithUs(request)
                    ? new RequestOutcome.Elsewhere(
                        (OwnArea.IsOne(request.Client.Id) ? OwnArea.PageOf(request) : new Uri(request.RedirectUri.Value).AbsolutePath)
                        + (request.WaitingId is null ? "" : $"?flow={flows.Seal(http, request)}"))
                    : new RequestOutcome.Granted(signIn, issue);
            case NextStep.Refuse when EndsWithUs(request):
                return new RequestOutcome.Elsewhere(AuthorizationPageError.MalformedRequest.PageAddress);
            case NextStep.Refuse refuse:
                return new RequestOutcome.Refused(refuse.Error);
            default:
                var handle = flows.Seal(http, request);
                return handle.Length > SealedInAddress.Longest
                    ? new RequestOutcome.Refused(OAuthError.RequestTooLongForUrl)
                    : new RequestOutcome.Elsewhere($"{PageOf(step)}?flow={handle}");
        }
    }

    /// <summary>For one of our own requests, which ends on a page and gives nothing to anybody.</summary>
    public async Task<string> FindPageAsync(HttpContext http, AuthorizationRequest request, CancellationToken cancellation) =>
        await DecideAsync(http, request, cancellation) is RequestOutcome.Elsewhere { Address: var address }
            ? address
            : throw new UnreachableException();

    private static bool EndsWithUs(AuthorizationRequest request) =>
        OwnArea.IsOne(request.Client.Id) || request.WaitingId is not null;

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

    /// <summary>With one method its page, with several the choice. Recovery codes are for a lost phone, never suggested first.</summary>
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

/// <summary>Where a request stands.</summary>
internal abstract record RequestOutcome
{
    private RequestOutcome() { }

    /// <summary>The browser goes to one of our pages.</summary>
    public sealed record Elsewhere(string Address) : RequestOutcome;

    /// <summary>The client is told why it is refused.</summary>
    public sealed record Refused(OAuthError Error) : RequestOutcome;

    /// <summary>The client gets what it asked for.</summary>
    public sealed record Granted(SignInRow SignIn, NextStep.Issue Decision) : RequestOutcome;
}

internal static class ErrorPage
{
    extension(AuthorizationPageError error)
    {
        /// <summary>The page that tells a visitor of it.</summary>
        public string PageAddress => $"/error?about={error}";
    }
}
