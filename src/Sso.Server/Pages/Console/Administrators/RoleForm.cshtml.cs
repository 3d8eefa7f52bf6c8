using System.Collections.Immutable;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Administrators;
using Sso.Accounts.People;
using Sso.Admin;
using Sso.Data.Administrators;
using Sso.Server.Pages.Console.Applications;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages.Console.Administrators;

/// <summary>Gives somebody a role or another one, and takes it away.</summary>
internal sealed class RoleForm(
    ListAdministrators administrators, GrantRole grant, RemoveAdministrator remove, PageAnswers answers,
    IStringLocalizer<RoleForm> text, IStringLocalizer<Words> words) : ConsolePage
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

    /// <summary>What the form was filled with, so it overwrites no role that somebody else gave meanwhile.</summary>
    [BindProperty(Name = "Input.Seen"), Carried]
    public string? Seen { get; set; }

    /// <summary>Null if they have no role yet.</summary>
    public AdministratorView? Current { get; private set; }

    [Act(ConsoleAct.ChangeAdministrators)]
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        Current = (await administrators.ExecuteAsync(cancellation)).FirstOrDefault(item => item.Sub == Sub);
        if (Sub is not null && Current is null && ModelState.IsValid)
        {
            return NotFound();
        }

        Seen ??= ShownMarks.Of(ShownOf(Current?.Role, Current?.Applications ?? []));
        Who ??= Current?.UserName;
        Chosen ??= Current?.Role.ToString();
        Applications ??= string.Join('\n', Current?.Applications ?? []);
        return Page();
    }

    [Act(ConsoleAct.ChangeAdministrators)]
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (Subject is null && string.IsNullOrWhiteSpace(Who))
        {
            ModelState.AddModelError("Input.Who", text["WhoEmpty"]);
        }

        if (Enum.GetValues<AdministratorRole>().Cast<AdministratorRole?>().FirstOrDefault(role => role.ToString() == Chosen)
            is not { } chosen)
        {
            ModelState.AddModelError("Input.Role", text["Choose"]);
            return Page();
        }

        if (!ModelState.IsValid)
        {
            return Page();
        }

        // What is written for another role is no mistake of an app manager's, and is given to nobody.
        ImmutableArray<string>? applications =
            chosen == AdministratorRole.AppManager ? [.. ApplicationForm.Lines(Applications)] : null;
        AdministratorRole? met = null;
        var outcome = await grant.ExecuteAsync(
            Subject ?? Who!.Trim(), chosen, applications, (role, owned) => Meets(met = role, owned), By, cancellation);
        return outcome.Failed(out var refusal, out var person) ? Refused(refusal, met) : Done("given", person);
    }

    [Act(ConsoleAct.ChangeAdministrators)]
    public async Task<IActionResult> OnPostRemoveAsync(CancellationToken cancellation) =>
        (await remove.ExecuteAsync(Subject ?? "", cancellation)).Failed(out var refusal, out var person)
            ? Refused(refusal, met: null)
            : Done("removed", person);

    /// <summary>The list names them once: of a person without a role it knows nothing.</summary>
    private IActionResult Done(string how, PersonView person)
    {
        answers.Keep(HttpContext, "/console/administrators", TimeSpan.FromMinutes(1), (nameof(Index.Whom), person.UserName));
        return SeeOther($"/console/administrators?done={how}");
    }

    /// <summary>A first role replaces none, and another one only the one that was shown.</summary>
    private Refusal? Meets(AdministratorRole? role, ImmutableArray<string> owned) =>
        Subject is null
            ? role is null ? null : Refusal.Taken("user_name", "They have a role already.", "Change that one.")
            : ShownMarks.ChangedSince(Seen, ShownOf(role, owned)).Length == 0
                ? null
                : Refusal.Stale("user_name", "The role was changed meanwhile.");

    private static IEnumerable<(string Field, string Value)> ShownOf(AdministratorRole? role, ImmutableArray<string> applications) =>
        [("role", role?.ToString() ?? ""), ("applications", string.Join('\n', applications))];

    /// <summary>Whom the page is about, whatever they are called by now.</summary>
    private string? Subject => Guid.TryParseExact(Sub, "N", out var id) ? id.ToString("N") : null;

    private Microsoft.AspNetCore.Mvc.RazorPages.PageResult Refused(Refusal refusal, AdministratorRole? met)
    {
        if (refusal.Kind == RefusalKind.Stale)
        {
            Seen = null;
        }

        var (field, word) = (refusal.Problems[0].Field, refusal.Kind) switch
        {
            (_, RefusalKind.Taken) => ("Input.Who", "HasRole"),
            (_, RefusalKind.Stale) => ("", met is null ? "NoRole" : "ChangedByOthers"),
            ("application", _) => ("Input.Applications", "NoApplication"),
            ("factor", _) => (Subject is null ? "Input.Who" : "", "NoFactor"),
            (_, RefusalKind.NotFound) when Subject is not null => ("", "NoRole"),
            (_, RefusalKind.NotFound) => ("Input.Who", "Nobody"),
            _ => ("", "LastOwner"),
        };
        ModelState.AddModelError(field, text[word, refusal.Problems[0].Typed ?? (met is { } role ? words[$"Role{role}"].Value : "")]);
        return Page();
    }
}
