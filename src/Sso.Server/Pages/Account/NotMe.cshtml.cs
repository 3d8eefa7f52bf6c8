using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Server.Authorization;
using Sso.Server.SignIn;

namespace Sso.Server.Pages.Account;

/// <summary>"It wasn't me", beside the last access and every line of activity: one button closes everything and starts recovery.</summary>
public sealed class NotMe(PasswordReset reset, SsoDbContext database) : AccountPage
{
    /// <summary>Without a confirmed address there is no link to send.</summary>
    public bool HasMail { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellation) =>
        HasMail = await database.Users.AnyAsync(
            person => person.Id == Owner.PersonId && person.EmailConfirmed && person.Email != null, cancellation);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation) =>
        SeeOther(await reset.SecureByOwnerAsync(HttpContext, Owner, cancellation) ? "/password/sent?own=true" : "/account/password");
}
