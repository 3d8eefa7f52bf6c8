using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Protocol.Authorization;
using Sso.Server.Authorization;
using Sso.Server.Pages.Shared;
using Sso.Server.SignIn;

namespace Sso.Server.Pages.Account.Mfa;

/// <summary>Ten codes for the day the telephone is lost, shown once; typing one proves that they were saved (screen V21).</summary>
public sealed class SaveCodes(RecoveryCodes recovery, IStringLocalizer<SaveCodes> text, IStringLocalizer<Common> common, TimeProvider clock)
    : EnrolmentPage
{
    [BindProperty(Name = "Input.Code")]
    public string? Code { get; set; }

    /// <summary>Only in the answer that made them.</summary>
    public IReadOnlyList<string>? Codes { get; private set; }

    /// <summary>A code was typed and was not right: the codes themselves are no longer shown.</summary>
    public bool Typed { get; private set; }

    public bool IsPartOfEnrolment => Owner.RecoveryCodesSavedAt is null;

    public DateTimeOffset At => clock.GetUtcNow();

    /// <summary>Who has none saved sees them at once; who has is asked first, because the old ones stop working.</summary>
    public async Task OnGetAsync(CancellationToken cancellation)
    {
        if (IsPartOfEnrolment)
        {
            Codes = await recovery.CreateAsync(HttpContext, Owner, cancellation);
        }
    }

    public async Task<IActionResult> OnPostCreateAsync(CancellationToken cancellation)
    {
        Codes = await recovery.CreateAsync(HttpContext, Owner, cancellation);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        var outcome = await recovery.ConfirmAsync(Owner, Code, cancellation);
        if (outcome is CodeOutcome.Accepted)
        {
            return InFlow ? Continue() : SeeOther("/account/mfa/done");
        }

        Typed = true;
        ModelState.AddModelError("Input.Code", outcome is CodeOutcome.Empty ? common["CodeEmpty"] : text["NotOne"]);
        return Page();
    }

    /// <summary>In the account area the step is missing from the moment the new codes are made until one of them is typed.</summary>
    protected override bool Serves(NextStep step) => step is NextStep.SaveRecoveryCodes || (!InFlow && step is NextStep.Issue);
}
