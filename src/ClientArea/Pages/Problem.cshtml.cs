using ClientArea.SignIn;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace ClientArea.Pages;

/// <summary>A sign-in that did not end well, explained kindly, with a way to try again.</summary>
public sealed class Problem : PageModel
{
    public SignInProblem Kind { get; private set; }

    public void OnGet(string? kind) => Kind = Enum.TryParse<SignInProblem>(kind, ignoreCase: true, out var known) && Enum.IsDefined(known)
        ? known
        : SignInProblem.Unexpected;

    /// <summary>A form post that failed is shown here too.</summary>
    public void OnPost(string? kind) => OnGet(kind);
}
