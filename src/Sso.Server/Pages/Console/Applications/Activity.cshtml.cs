using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Administrators;
using Sso.Admin;
using Sso.Admin.Clients;
using Sso.Data.Operations;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages.Console.Applications;

/// <summary>What an application was refused in the last week, and why; and what is wrong with a request that somebody pastes.</summary>
internal sealed class Activity(CheckRequest check, IStringLocalizer<Activity> text) : ApplicationPage
{
    [BindProperty(Name = "Input.Request"), Carried]
    public string? Pasted { get; set; }

    /// <summary>Null if nothing was pasted; empty if the request is in order.</summary>
    [Carried]
    public IReadOnlyList<RequestFinding>? Findings { get; set; }

    public override string Tab => "activity";

    /// <summary>
    /// The address that was sent, if the record holds all of it. It came from outside: somebody has to look at it before it is registered.
    /// </summary>
    public static string? AddressOf(RefusalView item) =>
        item is { Kind: SecurityEventKind.RedirectUriRefused, Detail: { } sent }
            && sent.Contains(RedirectUriMismatch.Mark, StringComparison.Ordinal)
            && !sent.Contains('…', StringComparison.Ordinal)
            && !sent.Contains('?', StringComparison.Ordinal)
            ? sent.Replace(RedirectUriMismatch.Mark, "", StringComparison.Ordinal)
            : null;

    [Act(ConsoleAct.SeeApplications)]
    public void OnGet()
    {
    }

    /// <summary>Judges a request and sends it nowhere.</summary>
    [Act(ConsoleAct.SeeApplications)]
    public async Task<IActionResult> OnPostCheckAsync(CancellationToken cancellation)
    {
        if ((await check.ExecuteAsync(Id!, Pasted ?? "", cancellation)).Failed(out var refusal, out var findings))
        {
            if (refusal.Kind == RefusalKind.NotFound)
            {
                return NotFound();
            }

            ModelState.AddModelError("Input.Request", text["NoRequest"]);
            return Page();
        }

        Findings = findings;
        return Page();
    }

    /// <summary>By its name: what to do about what is no error, for this administrator.</summary>
    public string RemedyHere(RequestFinding finding) => finding.Fault switch
    {
        RequestFault.RedirectUri when !May(ConsoleAct.ChangeApplications) => "RemedyRedirectUriAsk",
        RequestFault.Disabled when !May(ConsoleAct.SwitchApplications) => "RemedyDisabledAsk",
        var fault => $"Remedy{fault}",
    };

    /// <summary>What to do about an error, in the language of the page.</summary>
    public static string? RemedyOf(string? errorId) =>
        DocumentedError.All.FirstOrDefault(line => line.Id == errorId) is { } line
            ? CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "it" ? line.Italian : line.Remedy
            : null;
}
