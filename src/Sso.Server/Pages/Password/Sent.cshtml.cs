using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Sso.Server.Pages.Password;

/// <summary>After the request for a link: look into the mailbox.</summary>
internal sealed class Sent : PageModel
{
    /// <summary>
    /// The owner asked while signed in: there is an account, and its sessions are over. It changes a sentence and nothing else.
    /// </summary>
    [BindProperty(SupportsGet = true, Name = "own")]
    public bool IsOwn { get; set; }
}
