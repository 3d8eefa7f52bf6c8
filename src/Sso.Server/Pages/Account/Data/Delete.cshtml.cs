using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Deletion;
using Sso.Data.People;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages.Account.Data;

/// <summary>Asking for the account to be deleted: what happens and when, and the name typed as a sign that it is meant.</summary>
internal sealed class Delete(DeletionRequest deletion, IStringLocalizer<Delete> text) : AccountPage
{
    [BindProperty(Name = "Input.UserName"), Carried]
    public string? Typed { get; set; }

    protected override TimeSpan? FreshProof => ChangeAge;

    public IActionResult OnGet() => Owner.DeletionDueAt is null ? Page() : SeeOther("/account/data");

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (SignInName.Normalize(Typed ?? "") != SignInName.Normalize(Owner.UserName))
        {
            ModelState.AddModelError("Input.UserName", text["Mismatch", Owner.UserName]);
            return Page();
        }

        if (await deletion.RequestAsync(Visit, Owner, cancellation) == DeletionOutcome.IsOnlyOwner)
        {
            ModelState.AddModelError("Input.UserName", text["OnlyOwner"]);
            return Page();
        }

        return SeeOther("/account/data");
    }
}
