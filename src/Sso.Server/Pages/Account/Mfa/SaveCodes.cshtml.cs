using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Factors;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Pages.Account.Mfa;

/// <summary>
/// Ten codes for the day when the phone is lost; typing one proves that they were saved, and hides them for good. Only a form makes them,
/// and until that moment this session can see them as often as it likes.
/// </summary>
internal sealed class SaveCodes(
    RecoveryCodeSet recovery, IStringLocalizer<SaveCodes> text, IStringLocalizer<Common> common, TimeProvider clock) : EnrolmentPage
{
    [BindProperty(Name = "Input.Code")]
    public string? Code { get; set; }

    /// <summary>Null unless this session is saving them.</summary>
    public IReadOnlyList<string>? Codes { get; private set; }

    /// <summary>True if there are codes that wait to be typed back, seen or not.</summary>
    public bool AreUnsaved { get; private set; }

    public bool IsPartOfEnrolment => Owner.RecoveryCodesSavedAt is null;

    public DateTimeOffset At => clock.GetUtcNow();

    public async Task OnGetAsync(CancellationToken cancellation)
    {
        Codes = await recovery.BeingSavedAsync(Owner, cancellation);
        AreUnsaved = IsPartOfEnrolment && (Codes is not null || await recovery.RemainingAsync(Owner.PersonId, cancellation) > 0);
    }

    public async Task<IActionResult> OnPostCreateAsync(CancellationToken cancellation)
    {
        await recovery.CreateAsync(Visit, Owner, cancellation);
        return SeeOther(Link("/account/mfa/recovery-codes"));
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        var outcome = await recovery.ConfirmAsync(Owner, Code, cancellation);
        if (outcome is CodeOutcome.Accepted)
        {
            return InFlow ? Continue() : SeeOther("/account/mfa/done");
        }

        ModelState.AddModelError("Input.Code", outcome is CodeOutcome.Empty ? common["CodeEmpty"] : text["NotOne"]);
        return Page();
    }

    /// <summary>In the account area this step is due from the moment the new codes are made until one of them is typed back.</summary>
    protected override bool Serves(NextStep step) => step is NextStep.SaveRecoveryCodes || (!InFlow && step is NextStep.Issue);
}
