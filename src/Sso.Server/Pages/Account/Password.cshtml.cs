using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Passwords;
using Sso.Data;
using Sso.Data.People;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Pages.Account;

/// <summary>A new password, at once with the current one, or with a mailed link as people here are used to.</summary>
internal sealed class Password(
    ChangePassword change, PasswordLinkRequest links, PasswordFloor floor, SsoDbContext database,
    IStringLocalizer<Password> text, IStringLocalizer<Common> common) : NewPasswordPage(text, common)
{
    [BindProperty(SupportsGet = true, Name = "changed")]
    public bool Changed { get; set; }

    /// <summary>Null without a confirmed address: then there is no link to send.</summary>
    public string? MaskedEmail { get; private set; }

    protected override TimeSpan? FreshProof => ChangeAge;

    public Task OnGetAsync(CancellationToken cancellation) => LoadAsync(cancellation);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        Changed = false;
        if (!AreTyped())
        {
            return Page();
        }

        var outcome = await change.ChangeAsync(Visit, Owner, Current, New, cancellation);
        return outcome is NewPasswordOutcome.Changed ? SeeOther("/account/password?changed=true") : Refuse(outcome);
    }

    public async Task<IActionResult> OnPostRequestAsync(CancellationToken cancellation)
    {
        await LoadAsync(cancellation);
        if (MaskedEmail is null)
        {
            return SeeOther("/account/password");
        }

        await links.RequestByOwnerAsync(Visit, Owner, cancellation);
        return SeeOther("/password/sent?own=true");
    }

    private async Task LoadAsync(CancellationToken cancellation)
    {
        Minimum = (await floor.PolicyAsync(cancellation)).Shortest;
        var address = await database.Users.Where(person => person.Id == Owner.PersonId && person.EmailConfirmed)
            .Select(person => person.Email).SingleOrDefaultAsync(cancellation);
        MaskedEmail = address is null ? null : EmailAddress.Mask(address);
    }
}
