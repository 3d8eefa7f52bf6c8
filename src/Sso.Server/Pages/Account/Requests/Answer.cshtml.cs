using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Server.Authorization;

namespace Sso.Server.Pages.Account.Requests;

/// <summary>
/// One backchannel authentication, shown to the person it concerns, who has just proved to be that person (CIBA Core §8).
/// </summary>
internal sealed class Answer(WaitingRequestStore waiting, IStringLocalizer<Consent> scopes) : StepPage
{
    public IEnumerable<string> InWords => Consent.InWordsOf(Flow.Request.Scopes, scopes);

    /// <summary>It must be the same where the person began.</summary>
    public string? BindingMessage => Flow.Request.Parameters.Text("binding_message");

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation) =>
        await waiting.IsWaitingAsync(Flow.Request.WaitingId!.Value, cancellation) ? Page() : Done(WaitingAnswer.Late);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation) =>
        Done(Step is NextStep.Issue issue && SignedIn is not null && await waiting.TryApproveAsync(Flow, SignedIn, issue, cancellation)
            ? WaitingAnswer.Approved
            : WaitingAnswer.Late);

    public async Task<IActionResult> OnPostDenyAsync(CancellationToken cancellation) =>
        Done(SignedIn is not null && await waiting.TryDenyAsync(Flow, SignedIn, cancellation) ? WaitingAnswer.Denied : WaitingAnswer.Late);

    protected override bool Serves(NextStep step) => step is NextStep.Issue && Flow.AnswersAt(WaitingFlow.BackchannelPage);

    private static IActionResult Done(WaitingAnswer answer) => SeeOther($"/account/requests?answer={answer}");
}
