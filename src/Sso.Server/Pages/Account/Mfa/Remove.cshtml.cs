using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Factors;
using Sso.Accounts.Overview;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages.Account.Mfa;

/// <summary>Removing one of the methods, after a fresh proof with any of them. The last one is protected.</summary>
internal sealed class Remove(
    AccountOverview overview, RemoveFactor remove, DisableTwoFactor disable, IStringLocalizer<Remove> text) : AccountPage
{
    [BindProperty(SupportsGet = true, Name = "id"), Carried]
    public Guid? Chosen { get; set; }

    public AccountView View { get; private set; } = null!;

    public TwoFactorDuty Duty { get; private set; }

    protected override TimeSpan? FreshProof => ChangeAge;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        View = await overview.LoadAsync(Owner, cancellation);
        Duty = await disable.FindDutyAsync(Owner.PersonId, cancellation);
        return View.Methods.Count == 0 ? SeeOther("/account/mfa") : Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (Chosen is not { } id)
        {
            ModelState.AddModelError("id", text["Empty"]);
            return Page();
        }

        switch (await remove.ExecuteAsync(new(Visit, Owner), id, cancellation))
        {
            case RemovalOutcome.Removed:
                return SeeOther("/account/mfa?done=removed");
            case RemovalOutcome.NotFound:
                return SeeOther("/account/mfa");
            case RemovalOutcome.IsLast:
                Response.StatusCode = StatusCodes.Status409Conflict;
                return Page();
            case RemovalOutcome.IsNeededForRole:
                ModelState.AddModelError("id", text["NeededForRole"]);
                return Page();
            default:
                throw new UnreachableException();
        }
    }
}
