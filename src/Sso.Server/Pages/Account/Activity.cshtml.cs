using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Overview;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Pages.Account;

/// <summary>What happened to this account, newest first, with a file for a spreadsheet.</summary>
internal sealed class Activity(OwnActivity activity, Viewer viewer, IStringLocalizer<Activity> text, IStringLocalizer<Common> common)
    : AccountPage
{
    public static IReadOnlyList<ActivityFilter> Filters { get; } = Enum.GetValues<ActivityFilter>();

    [BindProperty(SupportsGet = true, Name = "show")]
    public string? Show { get; set; }

    /// <summary>Milliseconds since 1970: lines older than this.</summary>
    [BindProperty(SupportsGet = true, Name = "before")]
    public string? Before { get; set; }

    public ActivityFilter Filter =>
        Enum.TryParse<ActivityFilter>(Show, ignoreCase: true, out var filter) && Enum.IsDefined(filter) ? filter : ActivityFilter.All;

    /// <summary>Day by day, the newest first.</summary>
    public IReadOnlyList<IGrouping<DateOnly, ActivityGroup>> Days { get; private set; } = [];

    /// <summary>Where the older lines begin; null if there are none.</summary>
    public long? Older { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellation)
    {
        var (lines, hasOlder) = await activity.PageAsync(Owner.PersonId, Filter, Instant, cancellation);
        Older = hasOlder ? lines[^1].At.ToUnixTimeMilliseconds() : null;
        Days = [.. ActivityGroup.Of(lines, viewer.DateOf).GroupBy(group => viewer.DateOf(group.To))];
    }

    public async Task<IActionResult> OnGetCsvAsync(CancellationToken cancellation)
    {
        string[] header = [text["ColumnAt"], text["ColumnWhat"], text["ColumnHow"], text["ColumnApp"], text["ColumnAddress"]];
        var csv = await activity.CsvAsync(Owner.PersonId, header, line => (text[line.Kind.ToString()], How(line)), cancellation);
        // With a byte order mark, or spreadsheets take UTF-8 to be something else.
        return File([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(csv)], "text/csv; charset=utf-8", text["File"]);
    }

    public string How(ActivityView line) => line.Method is { } method ? common.Method(method) : "";

    private DateTimeOffset? Instant =>
        long.TryParse(Before, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds <= 253_402_300_799_999
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : null;
}
