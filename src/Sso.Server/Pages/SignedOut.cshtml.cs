using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Sso.Server.Http;
using Sso.Server.Logout;

namespace Sso.Server.Pages;

/// <summary>
/// The end of a session: loads what applications registered for it (Front-Channel Logout §3), says who was told, and goes on.
/// </summary>
internal sealed class SignedOut(BrowserSignOut signOut, LogoutReturnSealer returns) : PageModel
{
    /// <summary>The sealed session that ended, and where the browser goes from here.</summary>
    [BindProperty(SupportsGet = true, Name = "over")]
    public string? Over { get; set; }

    /// <summary>The sealed address of an application that asked while nobody was signed in: offered, not followed automatically.</summary>
    [BindProperty(SupportsGet = true, Name = "return")]
    public string? Return { get; set; }

    public SignedOutView View { get; private set; } = new([], [], [], null);

    public string? Offered { get; private set; }

    /// <summary>What a link calls the application.</summary>
    public static string HostOf(string target) => new Uri(target) is { Host.Length: > 0 } uri ? uri.IdnHost : target;

    public async Task OnGetAsync(CancellationToken cancellation)
    {
        Offered = returns.Open(Return);
        View = await signOut.ViewAsync(Over, cancellation) ?? View;
        SecurityHeaders.AllowFrames(HttpContext, View.Frames);
    }
}
