using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Sso.Server.Pages.Password;

/// <summary>The new password is in force.</summary>
public sealed class Done : PageModel;
