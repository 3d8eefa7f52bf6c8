using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Sso.Data.People;
using Sso.Server.Http;
using Sso.Server.SignIn;

namespace Sso.Server.Pages;

/// <summary>"It wasn't me", from a notice by mail: one button closes everything and starts recovery. Opening it does nothing.</summary>
public sealed class NotMe(PasswordReset reset) : PageModel
{
    [BindProperty(SupportsGet = true, Name = "link")]
    public string? Link { get; set; }

    /// <summary>Null when the link is dead.</summary>
    public Person? Owner { get; private set; }

    [Carried]
    public bool IsDone { get; set; }

    public async Task OnGetAsync(CancellationToken cancellation) => Owner = await reset.OwnerOfNoticeAsync(Link, cancellation);

    public async Task OnPostAsync(CancellationToken cancellation) =>
        IsDone = await reset.SecureAsync(HttpContext, Link, MailedLinkPurpose.NotMe, cancellation);
}
