using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Administrators;
using Sso.Admin.Clients;
using Sso.Data;
using Sso.Data.Clients;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages.Console.Applications;

/// <summary>
/// The secrets of an application: a second one, the change from one to the other step by step, taking one away, and what to do when
/// somebody else may have them. What step it is follows from the secrets as they are, so it is the same in every tab and after any reload.
/// </summary>
internal sealed class Secrets(
    SsoDbContext database, RotateSecret secrets, PageAnswers answers, IStringLocalizer<Secrets> text, TimeProvider clock)
    : ApplicationPage
{
    private const string Administrator = "administrator:";

    private Dictionary<Guid, string> _makers = [];

    /// <summary>After how many days a new secret may end; zero stands for one that does not.</summary>
    public static readonly ImmutableArray<int> Lives = [90, 180, NewSecret.UsualDays, 730, 0];

    /// <summary>After how many hours the former secret may end: now, a day, a week, a month.</summary>
    public static readonly ImmutableArray<int> Waits = [0, 24, 7 * 24, 30 * 24];

    public static int LongestLabel => StoredSecret.LongestLabel;

    public override string Tab => "secrets";

    [BindProperty(Name = "Input.Label"), Carried]
    public string? Label { get; set; }

    [BindProperty(Name = "Input.Days"), Carried]
    public string? Days { get; set; }

    public int Life => int.TryParse(Days, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && Lives.Contains(days)
        ? days
        : NewSecret.UsualDays;

    /// <summary>The former and the new one; null unless both work, which is when one is being changed.</summary>
    public (SecretView Former, SecretView New)? Change =>
        Application.Secrets is [var former, var later] && !HasEnded(former) && !HasEnded(later) ? (former, later) : null;

    /// <summary>
    /// Only the new one is used now. A use is written once an hour, so two times side by side say nothing about which was used later: the
    /// former has to be unused for longer than a use could have gone unwritten, or, if it never was used, since the new one is there.
    /// </summary>
    public bool IsQuiet(SecretView former, SecretView later) =>
        later.LastUsedAt is not null
        && !((former.LastUsedAt ?? later.CreatedAt) > clock.GetUtcNow() - (2 * StoredSecret.UseInterval));

    /// <summary>There is room for another.</summary>
    public bool HasRoom => Application.Secrets.Length == 1 || Application.Secrets.Any(HasEnded);

    public bool HasEnded(SecretView secret) => secret.HasEnded(clock.GetUtcNow());

    /// <summary>The user name of whoever made it; null for one who is no administrator, or whose name the reader may not know.</summary>
    public string? MakerOf(SecretView secret) => IdOf(secret) is { } id ? _makers.GetValueOrDefault(id) : null;

    /// <summary>Who may not see the administrators is told their own name only.</summary>
    [Act(ConsoleAct.SeeApplications)]
    public async Task OnGetAsync(CancellationToken cancellation)
    {
        var ids = Application.Secrets.Select(IdOf).OfType<Guid>().Distinct()
            .Where(id => id == PersonId || May(ConsoleAct.SeeAdministrators)).ToList();
        if (ids.Count > 0)
        {
            _makers = await database.Users.Where(person => ids.Contains(person.Id))
                .ToDictionaryAsync(person => person.Id, person => person.UserName!, cancellation);
        }
    }

    [Act(ConsoleAct.AddSecrets)]
    public async Task<IActionResult> OnPostAddAsync(CancellationToken cancellation)
    {
        var wanted = new NewSecret { Label = string.IsNullOrWhiteSpace(Label) ? null : Label, ExpiresInDays = Life == 0 ? null : Life };
        if (!(await secrets.AddAsync(Id!, wanted, cancellation)).Failed(out var refusal, out var added))
        {
            return ShowSecret(added);
        }

        if (refusal.Problems.Any(problem => problem.Field == "label"))
        {
            ModelState.AddModelError("Input.Label", text["LabelUnfit"]);
            return Page();
        }

        return Refused(refusal);
    }

    [Act(ConsoleAct.RevokeSecrets)]
    public Task<IActionResult> OnPostRevokeAsync([FromForm(Name = "secret")] string? fingerprint, CancellationToken cancellation) =>
        EndAsync(fingerprint, hours: 0, cancellation);

    /// <summary>The last step of a change: what still uses the former secret has so many hours.</summary>
    [Act(ConsoleAct.RevokeSecrets)]
    public Task<IActionResult> OnPostRetireAsync(
        [FromForm(Name = "secret")] string? fingerprint, [FromForm(Name = "after")] int? hours, CancellationToken cancellation) =>
        hours is { } wait && Waits.Contains(wait)
            ? EndAsync(fingerprint, wait, cancellation)
            : Task.FromResult<IActionResult>(SeeOther(Address("/console/application/secrets", "stale")));

    /// <summary>Whoever may take secrets away and not make them never sees the new one: its people ask for another.</summary>
    [Act(ConsoleAct.RevokeSecrets)]
    public async Task<IActionResult> OnPostCompromisedAsync(
        [FromForm(Name = "secret")] string[] fingerprints, CancellationToken cancellation) =>
        (await secrets.ReplaceAsync(Id!, fingerprints, cancellation)).Failed(out var refusal, out var added) ? Refused(refusal)
            : May(ConsoleAct.AddSecrets) ? SeeOther(Added.Show(answers, HttpContext, added, stack: null, othersEnded: true))
            : SeeOther(Address("/console/application/secrets", "compromised"));

    private static Guid? IdOf(SecretView secret) =>
        secret.CreatedBy is { } by && by.StartsWith(Administrator, StringComparison.Ordinal)
            && Guid.TryParseExact(by[Administrator.Length..], "N", out var id)
            ? id
            : null;

    private async Task<IActionResult> EndAsync(string? fingerprint, int hours, CancellationToken cancellation) =>
        (await secrets.RetireAsync(Id!, fingerprint, hours, cancellation)).Failed(out var refusal, out _)
            ? Refused(refusal)
            : SeeOther(Address("/console/application/secrets", hours == 0 ? "revoked" : "retired"));

    private IActionResult ShowSecret(ClientAdded added) => SeeOther(Added.Show(answers, HttpContext, added, stack: null));

    /// <summary>By now it has other secrets than the page showed: the page as it is now says so.</summary>
    private IActionResult Refused(Sso.Admin.Refusal refusal) => refusal.Kind == Sso.Admin.RefusalKind.NotFound
        ? NotFound()
        : SeeOther(Address("/console/application/secrets", "stale"));
}
