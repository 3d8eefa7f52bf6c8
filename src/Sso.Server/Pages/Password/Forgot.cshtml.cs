using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Passwords;
using Sso.Server.Authorization;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages.Password;

/// <summary>Asks for a link by mail; the answer is the same whether or not there is such an account.</summary>
internal sealed class Forgot(PasswordLinkRequest links, IStringLocalizer<Forgot> text) : PageModel
{
    private const int Longest = 256;

    [BindProperty(Name = "Input.UserName"), Carried]
    public string? UserName { get; set; }

    /// <summary>The flow that the person left to come here; they can go back to it, and the page keeps its brand.</summary>
    [BindProperty(SupportsGet = true, Name = "flow")]
    public string? RequestHandle { get; set; }

    public void OnGet()
    {
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(UserName))
        {
            ModelState.AddModelError("Input.UserName", text["UserNameEmpty"]);
            return Page();
        }

        await links.RequestAsync(HttpContext.Visit(), UserName.Trim()[..Math.Min(UserName.Trim().Length, Longest)], cancellation);
        Response.Headers.Location = "/password/sent";
        return StatusCode(StatusCodes.Status303SeeOther);
    }
}
