using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Sso.Server.Pages.Password;

/// <summary>After the request for a link: look into the mailbox.</summary>
public sealed class Sent : PageModel;
