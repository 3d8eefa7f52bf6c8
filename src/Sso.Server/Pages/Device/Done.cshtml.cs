using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Sso.Server.Pages.Device;

/// <summary>The end of the way on this device; the other one goes on.</summary>
public sealed class Done : PageModel
{
    [BindProperty(SupportsGet = true, Name = "answer")]
    public DeviceAnswer Answer { get; set; }

    public void OnGet()
    {
    }
}

/// <summary>What became of the request of a device.</summary>
public enum DeviceAnswer
{
    /// <summary>Its time is over, or it was answered before.</summary>
    Late,
    Approved,
    Denied,
}
