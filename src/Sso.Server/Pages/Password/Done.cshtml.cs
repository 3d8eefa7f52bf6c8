using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Sso.Server.Pages.Password;

/// <summary>The new password is in force.</summary>
internal sealed class Done : PageModel;
