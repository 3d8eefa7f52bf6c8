using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Sso.Server.Pages;

/// <summary>The end of a session (screen V11).</summary>
public sealed class SignedOut : PageModel
{
    public void OnGet()
    {
    }
}
