using System.Collections.Immutable;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Administrators;
using Sso.Admin;
using Sso.Data.Administrators;
using Sso.Server.Pages.Console.Applications;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages.Console.Administrators;

/// <summary>Gives somebody a role or another one, and takes it away.</summary>
internal sealed class RoleForm(
    ListAdministrators administrators, GrantRole grant, RemoveAdministrator remove, IStringLocalizer<RoleForm> text) : ConsolePage
{
    /// <summary>The subject of whoever has a role; null to give somebody the first.</summary>
    [BindProperty(SupportsGet = true, Name = "sub")]
    public string? Sub { get; set; }

    [BindProperty(Name = "Input.Who"), Carried]
    public string? Who { get; set; }

    [BindProperty(Name = "Input.Role"), Carried]
    public string? Chosen { get; set; }

    /// <summary>One id on each line.</summary>
    [BindProperty(Name = "Input.Applications"), Carried]
    public string? Applications { get; set; }

    /// <summary>Null if they have no role yet.</summary>
    public AdministratorView? Current { get; private set; }

    [Act(ConsoleAct.ChangeAdministrators)]
    public async Task OnGetAsync(CancellationToken cancellation)
    {
        Current = (await administrators.ExecuteAsync(cancellation)).FirstOrDefault(item => item.Sub == Sub);
        Who ??= Current?.UserName;
        Chosen ??= Current?.Role.ToString();
        Applications ??= string.Join('\n', Current?.Applications ?? []);
    }

    [Act(ConsoleAct.ChangeAdministrators)]
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (Enum.GetValues<AdministratorRole>().Cast<AdministratorRole?>().FirstOrDefault(role => role.ToString() == Chosen)
            is not { } chosen)
        {
            ModelState.AddModelError("Input.Role", text["Choose"]);
            return Page();
        }

        // What is written for another role is no mistake of an app manager's, and is given to nobody.
        ImmutableArray<string>? applications =
            chosen == AdministratorRole.AppManager ? [.. ApplicationForm.Lines(Applications)] : null;
        var outcome = await grant.ExecuteAsync(Subject ?? Who?.Trim() ?? "", chosen, applications, By, cancellation);
        return outcome.Failed(out var refusal, out _) ? Refused(refusal) : SeeOther("/console/administrators?done=given");
    }

    [Act(ConsoleAct.ChangeAdministrators)]
    public async Task<IActionResult> OnPostRemoveAsync(CancellationToken cancellation) =>
        (await remove.ExecuteAsync(Subject ?? "", cancellation)).Failed(out var refusal, out _)
            ? Refused(refusal)
            : SeeOther("/console/administrators?done=removed");

    /// <summary>Whom the page is about, whatever they are called by now.</summary>
    private string? Subject => Guid.TryParseExact(Sub, "N", out var id) ? id.ToString("N") : null;

    private Microsoft.AspNetCore.Mvc.RazorPages.PageResult Refused(Refusal refusal)
    {
        var (field, word) = (refusal.Problems[0].Field, refusal.Kind) switch
        {
            ("application", _) => ("Input.Applications", "NoApplication"),
            ("factor", _) => (Subject is null ? "Input.Who" : "", "NoFactor"),
            (_, RefusalKind.NotFound) when Subject is not null => ("", "NoRole"),
            (_, RefusalKind.NotFound) => ("Input.Who", "Nobody"),
            _ => ("", "LastOwner"),
        };
        ModelState.AddModelError(field, text[word]);
        return Page();
    }
}
