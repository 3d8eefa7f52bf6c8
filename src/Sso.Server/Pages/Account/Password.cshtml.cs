using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Sso.Admin.People;
using Sso.Data;
using Sso.Server.Pages.Shared;
using Sso.Server.SignIn;

namespace Sso.Server.Pages.Account;

/// <summary>A new password, at once with the current one, or with a mailed link as people here are used to.</summary>
public sealed class Password(
    PasswordReset reset, PasswordFloor floor, SsoDbContext database,
    IStringLocalizer<Password> text, IStringLocalizer<Common> common) : AccountPage
{
    [BindProperty(Name = "Input.Present")]
    public string? Present { get; set; }

    [BindProperty(Name = "Input.Password")]
    public string? New { get; set; }

    [BindProperty(SupportsGet = true, Name = "changed")]
    public bool Changed { get; set; }

    /// <summary>Null without a confirmed address: then there is no link to send.</summary>
    public string? MaskedEmail { get; private set; }

    /// <summary>The least number of characters of a new password.</summary>
    public int Minimum { get; private set; }

    protected override TimeSpan? FreshProof => ChangeAge;

    public Task OnGetAsync(CancellationToken cancellation) => LoadAsync(cancellation);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        Changed = false;
        if (string.IsNullOrEmpty(Present))
        {
            ModelState.AddModelError("Input.Present", text["PresentEmpty"]);
        }

        if (string.IsNullOrEmpty(New))
        {
            ModelState.AddModelError("Input.Password", text["Empty"]);
        }

        if (Present is null || New is null || !ModelState.IsValid)
        {
            return Page();
        }

        switch (await reset.ChangeAsync(Visit, Owner, Present, New, cancellation))
        {
            case NewPasswordOutcome.Changed:
                return SeeOther("/account/password?changed=true");
            case NewPasswordOutcome.WrongPresentPassword:
                ModelState.AddModelError("Input.Present", text["PresentWrong"]);
                break;
            case NewPasswordOutcome.Refused refused:
                ModelState.AddModelError("Input.Password", common.Refusal(refused.Flaw, refused.Policy));
                break;
            case NewPasswordOutcome.Busy:
                ModelState.AddModelError(string.Empty, text["Busy"]);
                break;
            default:
                throw new UnreachableException();
        }

        return Page();
    }

    public async Task<IActionResult> OnPostRequestAsync(CancellationToken cancellation)
    {
        await LoadAsync(cancellation);
        if (MaskedEmail is null)
        {
            return SeeOther("/account/password");
        }

        await reset.RequestByOwnerAsync(Visit, Owner, cancellation);
        return SeeOther("/password/sent?own=true");
    }

    private async Task LoadAsync(CancellationToken cancellation)
    {
        Minimum = (await floor.PolicyAsync(cancellation)).Shortest;
        var address = await database.Users.Where(person => person.Id == Owner.PersonId && person.EmailConfirmed)
            .Select(person => person.Email).SingleOrDefaultAsync(cancellation);
        MaskedEmail = address is null ? null : CodeRecipient.Mailbox.Mask(address);
    }
}
