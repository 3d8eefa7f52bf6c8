using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Admin.Clients;
using Sso.Admin.Deliveries;
using Sso.Admin.Keys;
using Sso.Admin.Nodes;
using Sso.Data;
using Sso.Data.Factors;

namespace Sso.Admin.Overview;

/// <summary>How the installation is doing: what an operator wants to know first.</summary>
public sealed record InstallationFigures
{
    public required ImmutableArray<DayOfSignIns> Days { get; init; }

    public required int People { get; init; }

    /// <summary>With a second factor that they can use.</summary>
    public required int Protected { get; init; }

    /// <summary>Since the first of the month, in the time zone of the server.</summary>
    public required TextTotals Texts { get; init; }

    /// <summary>Every server, those that are gone last.</summary>
    public required ImmutableArray<NodeView> Nodes { get; init; }

    /// <summary>The few that were refused most in the last 24 hours, the most refused first.</summary>
    public required ImmutableArray<TroubledApplication> Troubled { get; init; }

    public required ImmutableArray<ExpiringSecret> Expiring { get; init; }

    public required ImmutableArray<KeyView> Keys { get; init; }

    /// <summary>How many applications at work lack keys that begin to sign soon, or began lately.</summary>
    public required int Lagging { get; init; }

    public required ImmutableArray<AlertView> Alerts { get; init; }

    /// <summary>Which node keeps house now; null if none does.</summary>
    public string? Housekeeper { get; init; }
}

/// <param name="Name">Null for requests that named no registered application.</param>
public sealed record TroubledApplication(string? Name, RefusalCount Refused);

public sealed record ExpiringSecret(string ClientId, string Name, DateTimeOffset At);

/// <summary>
/// Reads the figures, in a dozen statements. Days of events are ranges of keys, and so is what happened lately.
/// </summary>
public sealed class InstallationOverview(
    SsoDbContext database, SignInHistory history, TextHistory texts, ListRefusals refusals, ListKeys keys, ListFetches fetches,
    ListAlerts alerts, ListNodes nodes, TimeProvider clock)
{
    public static readonly TimeSpan Lately = TimeSpan.FromHours(24);

    /// <summary>How long before its end a secret is announced.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromDays(30);

    private const int MostTroubled = 5;

    public async Task<InstallationFigures> ReadAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var refused = (await refusals.CountAsync(only: null, Lately, cancellation)).Take(MostTroubled).ToList();
        var named = refused.ConvertAll(item => item.ClientId);
        var soon = now + Soon;
        var signing = await keys.ExecuteAsync(cancellation);
        var clients = await database.Clients.AsNoTracking()
            .Where(client => named.Contains(client.Id)
                || (client.DisabledAt == null && (client.SecretExpiresAt < soon || client.OtherSecretExpiresAt < soon)))
            .Select(client => new
            {
                client.Id,
                client.Name,
                client.DisabledAt,
                client.SecretExpiresAt,
                client.OtherSecretExpiresAt,
            }).ToListAsync(cancellation);
        return new()
        {
            Days = await history.ReadAsync(database, cancellation),
            People = await database.Users.CountAsync(cancellation),
            Protected = await database.SecondFactors.Where(SecondFactors.IsActive).Select(factor => factor.PersonId).Distinct()
                .CountAsync(cancellation),
            Texts = await texts.OfMonthAsync(database, cancellation),
            Troubled =
            [
                .. refused.Select(item => new TroubledApplication(clients.Find(client => client.Id == item.ClientId)?.Name, item)),
            ],
            Expiring =
            [
                .. from client in clients
                   where client.DisabledAt is null
                   from end in new[] { client.SecretExpiresAt, client.OtherSecretExpiresAt }
                   where end < soon
                   orderby end
                   select new ExpiringSecret(client.Id, client.Name, end.Value),
            ],
            Keys = signing,
            Lagging = (await fetches.ListLaggingAsync(signing, cancellation)).SelectMany(rotation => rotation.Lagging)
                .DistinctBy(item => item.ClientId).Count(),
            Nodes = await nodes.ExecuteAsync(cancellation),
            Alerts = await alerts.ExecuteAsync(Lately, cancellation),
            Housekeeper = await database.Leases.Where(lease => lease.Name == "housekeeping" && lease.Until > now)
                .Select(lease => lease.Holder).SingleOrDefaultAsync(cancellation),
        };
    }
}
