using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Sso.Server.Authorization;

namespace Sso.Server.Pages.Device;

/// <summary>The end of the way on this device; the other one continues.</summary>
internal sealed class Done : PageModel
{
    [BindProperty(SupportsGet = true, Name = "answer")]
    public WaitingAnswer Answer { get; set; }

    public void OnGet()
    {
    }
}
