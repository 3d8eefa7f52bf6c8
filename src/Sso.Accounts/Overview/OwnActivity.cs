using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Visits;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Protocol;

namespace Sso.Accounts.Overview;

/// <summary>Which part of the activity.</summary>
public enum ActivityFilter
{
    All,
    SignIns,
    Failures,
    Changes,
}

/// <summary>A line of what happened to an account.</summary>
/// <param name="Method">How it was proved, if that is known.</param>
/// <param name="App">The name of the application; null for the account area.</param>
/// <param name="Device">
/// The browser of that session, while the session is kept; for a wrong password, which begins none, the browser it came from.
/// </param>
public sealed record ActivityView(
    DateTimeOffset At, SecurityEventKind Kind, ProofMethod? Method, string? App, string? Address, Guid? SessionId,
    (string? Browser, string? System)? Device);

/// <summary>What happened to the viewer's own account, newest first, a page of fifty lines at a time.</summary>
public sealed class OwnActivity(SsoDbContext database)
{
    private const int PageSize = 50;

    /// <summary>A spreadsheet takes a cell that begins with one of these to be a formula.</summary>
    private const string FormulaMarks = "=+-@\t\r";

    private static readonly SecurityEventKind[] SignIns =
    [
        SecurityEventKind.SignedIn, SecurityEventKind.PasswordProved, SecurityEventKind.SecondFactorProved, SecurityEventKind.SignedOut,
    ];

    private static readonly SecurityEventKind[] Failures =
    [
        SecurityEventKind.PasswordFailed, SecurityEventKind.SecondFactorFailed,
        SecurityEventKind.RefreshTokenReused, SecurityEventKind.CodeReused,
        SecurityEventKind.GrantRefused,
    ];

    public static bool IsFailure(SecurityEventKind kind) => Failures.Contains(kind);

    /// <param name="before">Lines older than this; null means from the newest.</param>
    public async Task<(IReadOnlyList<ActivityView> Lines, bool HasOlder)> PageAsync(
        Guid personId, ActivityFilter filter, DateTimeOffset? before, CancellationToken cancellation)
    {
        var lines = await Query(personId, filter, before).Take(PageSize + 1).ToListAsync(cancellation);
        return ([.. lines.Take(PageSize).Select(View)], lines.Count > PageSize);
    }

    /// <summary>Everything that is kept, for a spreadsheet: RFC 4180, instants in UTC.</summary>
    public async Task<string> CsvAsync(
        Guid personId, IReadOnlyList<string> header, Func<ActivityView, (string What, string How)> words, CancellationToken cancellation)
    {
        var csv = new StringBuilder();
        Append(csv, header);
        await foreach (var line in Query(personId, ActivityFilter.All, before: null).AsAsyncEnumerable().WithCancellation(cancellation))
        {
            var view = View(line);
            var (what, how) = words(view);
            Append(
                csv,
                [
                    view.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
                    what, how, view.App ?? "", view.Address ?? "",
                ]);
        }

        return csv.ToString();
    }

    private IQueryable<Row> Query(Guid personId, ActivityFilter filter, DateTimeOffset? before)
    {
        var events = database.SecurityEvents.AsNoTracking().Where(row => row.PersonId == personId);
        events = filter switch
        {
            ActivityFilter.SignIns => events.Where(row => SignIns.Contains(row.Kind)),
            ActivityFilter.Failures => events.Where(row => Failures.Contains(row.Kind)),
            ActivityFilter.Changes => events.Where(row => !SignIns.Contains(row.Kind) && !Failures.Contains(row.Kind)),
            _ => events,
        };
        if (before is { } instant)
        {
            events = events.Where(row => row.At < instant);
        }

        return from row in events
               join client in database.Clients.AsNoTracking() on row.ClientId equals client.Id into clients
               from client in clients.DefaultIfEmpty()
               join session in database.Sessions.AsNoTracking() on row.SessionId equals session.Id into sessions
               from session in sessions.DefaultIfEmpty()
               orderby row.At descending, row.Id descending
               select new Row(row, client.Name, session.UserAgent);
    }

    private static ActivityView View(Row row)
    {
        var (item, facts) = (row.Event, EventFacts.Of(row.Event));
        var device = row.UserAgent is { } userAgent ? UserAgents.Parts(userAgent) : facts.Device;
        return new(item.At, item.Kind, facts.Named, row.App, item.Address, item.SessionId, device);
    }

    private static void Append(StringBuilder csv, IReadOnlyList<string> cells) =>
        csv.AppendJoin(',', cells.Select(cell => $"\"{Neutral(cell).Replace("\"", "\"\"", StringComparison.Ordinal)}\"")).Append("\r\n");

    private static string Neutral(string cell) =>
        cell.Length > 0 && FormulaMarks.Contains(cell[0], StringComparison.Ordinal) ? "'" + cell : cell;

    private sealed record Row(SecurityEvent Event, string? App, string? UserAgent);
}
