using System.Globalization;
using Sso.Admin.Audit;
using Sso.Server.Api;

namespace Sso.Server.AdminApi;

/// <summary>The record of events, for programs that keep a copy.</summary>
internal static class AuditEvents
{
    public static void Map(RouteGroupBuilder api) => api.MapGet("/audit/events", ListAsync).WithOperation(new(
        "list-events", ApiScopes.ReadAudit, "Reads the record of events, the oldest first.")
    {
        Answer = AdminJson.Default.Events,
        Query = ApiPage.Names,
    });

    /// <summary>There is always a next cursor: what happens later comes after it.</summary>
    private static async Task<IResult> ListAsync(HttpContext http, ListEvents events, CancellationToken cancellation)
    {
        if (ApiPage.Read(http, isLasting: true).Failed(out var error, out var page))
        {
            return error;
        }

        var after = 0L;
        if (page.After is not null && !long.TryParse(page.After, NumberStyles.None, CultureInfo.InvariantCulture, out after))
        {
            return ApiPage.BadCursor;
        }

        var found = await events.ExecuteAsync(after, page.Limit, ApiGate.ActorOf(http).Name, cancellation);
        var last = found.IsEmpty ? after : found[^1].Sequence;
        return ApiAnswer.Of(
            new(found, ApiCursor.Lasting(last.ToString(CultureInfo.InvariantCulture))), AdminJson.Default.Events);
    }
}
