using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Server.Authorization;

namespace Sso.Server.Pages.Device;

/// <summary>What a device asks for, shown to the person whom the gate has let in (RFC 8628 §3.3, §5.4).</summary>
internal sealed class Confirm(WaitingRequestStore waiting, IStringLocalizer<Consent> scopes) : StepPage
{
    public IEnumerable<string> InWords => Consent.InWordsOf(Flow.Request.Scopes, scopes);

    /// <summary>It must be the same on the device, or the device is not the person's.</summary>
    public string? UserCode => Flow.Request.Parameters.Text("user_code");

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation) =>
        await waiting.IsWaitingAsync(Flow.Request.WaitingId!.Value, cancellation) ? Page() : Done(WaitingAnswer.Late);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation) =>
        Done(Step is NextStep.Issue issue && SignedIn is not null && await waiting.TryApproveAsync(Flow, SignedIn, issue, cancellation)
            ? WaitingAnswer.Approved
            : WaitingAnswer.Late);

    public async Task<IActionResult> OnPostDenyAsync(CancellationToken cancellation) =>
        Done(SignedIn is not null && await waiting.TryDenyAsync(Flow, SignedIn, cancellation) ? WaitingAnswer.Denied : WaitingAnswer.Late);

    protected override bool Serves(NextStep step) => step is NextStep.Issue && Flow.AnswersAt(WaitingFlow.DevicePage);

    private static IActionResult Done(WaitingAnswer answer) => SeeOther($"/device/done?answer={answer}");
}
