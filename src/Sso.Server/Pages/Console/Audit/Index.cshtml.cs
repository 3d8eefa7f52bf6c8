using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Administrators;
using Sso.Accounts.Audit;
using Sso.Data.Operations;
using Sso.Data.Webhooks;
using Sso.Server.Pages.Forms;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Pages.Console.Audit;

/// <summary>The record of security events: what happened, to whom, by whom, and when.</summary>
internal sealed class Index(SearchEvents events, ExportEvents export, Viewer viewer, IStringLocalizer<Index> text) : ConsolePage
{
    /// <summary>Those about people and applications; the others are of the installation.</summary>
    private static readonly string[] Groups = ["person", "client"];

    [BindProperty(SupportsGet = true, Name = "kind")]
    public string? Kind { get; set; }

    /// <summary>User name, e-mail address or subject.</summary>
    [BindProperty(SupportsGet = true, Name = "person")]
    public string? Person { get; set; }

    [BindProperty(SupportsGet = true, Name = "app")]
    public string? App { get; set; }

    [BindProperty(SupportsGet = true, Name = "by")]
    public string? Actor { get; set; }

    /// <summary>The first day, in the zone of the viewer.</summary>
    [BindProperty(SupportsGet = true, Name = "from")]
    public string? From { get; set; }

    /// <summary>The last day.</summary>
    [BindProperty(SupportsGet = true, Name = "until")]
    public string? Until { get; set; }

    /// <summary>The event behind which the list goes on.</summary>
    [BindProperty(SupportsGet = true, Name = "before")]
    public string? Before { get; set; }

    public EventPage Found { get; private set; } = new([], Next: null, LookedBackTo: null);

    /// <summary>False: a field of the search says something that nobody can look for.</summary>
    public bool IsRead => ModelState.IsValid;

    /// <summary>The kinds that can be chosen, by what they are about.</summary>
    public static IEnumerable<IGrouping<string, SecurityEventKind>> KindGroups =>
        WebhookType.All.GroupBy(
            type => Groups.FirstOrDefault(group => type.Name.StartsWith(group + ".", StringComparison.Ordinal)) switch
            {
                "person" => "GroupPeople",
                "client" => "GroupApplications",
                _ => "GroupServer",
            },
            type => type.Kind);

    /// <summary>The search in the address of a page.</summary>
    public Dictionary<string, string> Criteria => new[]
    {
        ("kind", Kind), ("person", Person), ("app", App), ("by", Actor), ("from", From), ("until", Until),
    }.Where(pair => !string.IsNullOrWhiteSpace(pair.Item2)).ToDictionary(pair => pair.Item1, pair => pair.Item2!);

    [Act(ConsoleAct.SeeAudit)]
    public async Task OnGetAsync(CancellationToken cancellation)
    {
        if (Read() is not { } search)
        {
            return;
        }

        Guid? before = Guid.TryParseExact(Before, "N", out var last) ? last : null;
        if ((await events.ExecuteAsync(search, before, By, cancellation)).Failed(out _, out var found))
        {
            ModelState.AddModelError("person", text["Nobody"]);
            return;
        }

        Found = found;
    }

    [Act(ConsoleAct.SeeAuditFile)]
    public async Task<IActionResult> OnPostFileAsync(CancellationToken cancellation)
    {
        // Days are those of the viewer, who otherwise is met by a look only.
        await viewer.MeetAsync(SignedIn!, cancellation);
        // The page of the search says itself what is wrong with it.
        return Read() is { } search && !(await export.ExecuteAsync(search, By, cancellation)).Failed(out _, out var found)
            ? new EventFile(found.Events)
            : SeeOther(PageAnswers.AddressOf(Request));
    }

    private EventSearch? Read()
    {
        if (DayOf(From) is not { } from)
        {
            return Wrong("from", "BadDay");
        }

        if (DayOf(Until) is not { } until)
        {
            return Wrong("until", "BadDay");
        }

        if (from.Day > until.Day)
        {
            return Wrong("from", "SwappedDays");
        }

        var chosen = Enum.GetValues<SecurityEventKind>().Cast<SecurityEventKind?>().FirstOrDefault(kind => kind.ToString() == Kind);
        if (chosen is null && !string.IsNullOrEmpty(Kind))
        {
            return Wrong("kind", "BadKind");
        }

        return new(
            chosen, Person, App, Actor, from.Day is { } first ? viewer.StartOf(first) : null,
            until.Day is { } end && end < DateOnly.MaxValue ? viewer.StartOf(end.AddDays(1)) : null);
    }

    private EventSearch? Wrong(string field, string problem)
    {
        ModelState.AddModelError(field, text[problem]);
        return null;
    }

    /// <summary>Null if it is none; without a day if nothing was typed.</summary>
    private static Typed? DayOf(string? typed) =>
        string.IsNullOrWhiteSpace(typed) ? new(Day: null)
        : DateOnly.TryParseExact(typed.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day.Year is > 1970 and < 9999 ? new(day)
        : null;

    private sealed record Typed(DateOnly? Day);
}
