using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Sso.Server.Authorization;
using Sso.Server.Http;
using Sso.Server.Logout;

namespace Sso.Server.Pages.SignOut;

/// <summary>Asks before signing out if nothing proves that the person wants it (RP-Initiated Logout §2).</summary>
internal sealed class Index(BrowserSignOut signOut, LogoutReturnSealer returns) : PageModel
{
    /// <summary>The sealed address, registered by the application, to go back to.</summary>
    [BindProperty(SupportsGet = true, Name = "return")]
    public string? Return { get; set; }

    public void OnGet()
    {
        if (returns.Open(Return) is { } target)
        {
            SecurityHeaders.AllowFormTarget(HttpContext, target);
        }
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        Response.Headers.Location = await signOut.EndAsync(HttpContext.Visit(), returns.Open(Return), cancellation);
        return StatusCode(StatusCodes.Status303SeeOther);
    }
}
