using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace ClientArea.Pages;

/// <summary>What the links at the foot of every page lead to, here and on the sign-in pages of the demo.</summary>
public sealed class Info : PageModel
{
    /// <summary>Part of the names of its texts.</summary>
    public string Topic { get; private set; } = "";

    public IActionResult OnGet(string topic)
    {
        if (topic is not ("privacy" or "about" or "contact"))
        {
            return NotFound();
        }

        Topic = topic;
        return Page();
    }
}
