using System.Text;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Factors;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Pages.Account.Mfa;

/// <summary>Picture, key and code on one page: the app is active once a code has proved it.</summary>
internal sealed class App(AppEnrolment enrolment, IStringLocalizer<App> text, IStringLocalizer<Common> common) : FactorPage
{
    protected override ProofMethod? Enrols => ProofMethod.AuthenticatorApp;

    [BindProperty(Name = "Input.Code")]
    public string? Code { get; set; }

    public AppEnrolmentView View { get; private set; } = null!;

    /// <summary>The picture as the page carries it.</summary>
    public string Picture => "data:image/svg+xml;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(View.QrSvg));

    public async Task OnGetAsync(CancellationToken cancellation)
    {
        View = await enrolment.BeginAsync(Owner, cancellation);
        await CountTriesAsync(cancellation);
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        var outcome = await enrolment.ConfirmAsync(Visit, Flow.Request, Owner, Code, cancellation);
        if (outcome is CodeOutcome.Accepted)
        {
            return await EnrolledAsync(cancellation);
        }

        if (outcome is CodeOutcome.ChallengeVoid)
        {
            return SeeOther(Link("/account/mfa/app"));
        }

        ModelState.AddModelError("Input.Code", outcome is CodeOutcome.Expired ? text["Expired"] : common.Refusal(outcome));
        return Page();
    }
}
