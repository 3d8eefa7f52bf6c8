using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Sso.Server.Pages;

/// <summary>
/// What an error means to the developer of an application: the page of its <c>error_uri</c>, or all of them (RFC 6749 §4.1.2.1, §5.2).
/// </summary>
internal sealed class Errors : PageModel
{
    public IReadOnlyList<DocumentedError> Lines { get; private set; } = [];

    /// <summary>True if a single error was asked for.</summary>
    public bool IsOne { get; private set; }

    public IActionResult OnGet(string? id)
    {
        IsOne = id is not null;
        Lines = [.. DocumentedError.All.Where(line => id is null || line.Id == id)];
        return Lines.Count == 0 ? NotFound() : Page();
    }
}
