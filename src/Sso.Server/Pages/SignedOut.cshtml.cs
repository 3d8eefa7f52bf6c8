using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Sso.Server.Http;
using Sso.Server.Logout;

namespace Sso.Server.Pages;

/// <summary>
/// The end of a session (screen V11): loads what applications registered for it (Front-Channel Logout §3), says who was told, and goes on.
/// </summary>
public sealed class SignedOut(SignOuts signOuts) : PageModel
{
    /// <summary>The sealed session that ended, and where the browser goes from here.</summary>
    [BindProperty(SupportsGet = true, Name = "over")]
    public string? Over { get; set; }

    public SignedOutView View { get; private set; } = new([], [], null);

    /// <summary>The host that the link names.</summary>
    public string TargetHost => new Uri(View.Target!) is { Host.Length: > 0 } uri ? uri.IdnHost : View.Target!;

    public async Task OnGetAsync(CancellationToken cancellation)
    {
        View = await signOuts.ViewAsync(Over, cancellation) ?? View;
        SecurityHeaders.AllowFrames(HttpContext, View.Frames);
    }
}
