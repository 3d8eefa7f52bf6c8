using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Clients;
using Sso.Data.Keys;
using Sso.Protocol.Clients;

namespace Sso.Admin.Keys;

/// <summary>Who has fetched the keys that sign next or since lately, in one statement; in none while no key is new.</summary>
public sealed class ListFetches(SsoDbContext database, TimeProvider clock)
{
    /// <summary>How long before and after a change of keys an application without them is worth a warning.</summary>
    public static readonly TimeSpan Near = TimeSpan.FromDays(5);

    /// <summary>Of every announced key, and of those that began to sign while their predecessors are still published.</summary>
    /// <param name="keys">Of <see cref="ListKeys"/>.</param>
    /// <param name="cancellation">Stops reading.</param>
    public Task<ImmutableArray<KeyFetches>> ExecuteAsync(IReadOnlyCollection<KeyView> keys, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        return ReadAsync(keys, key => key.ActiveUntil > now && now < key.ActiveFrom + KeySchedule.Afterglow, now, cancellation);
    }

    /// <summary>What needs a hand: keys that begin to sign soon, or just began, and that applications at work lack.</summary>
    public async Task<ImmutableArray<KeyFetches>> ListLaggingAsync(IReadOnlyCollection<KeyView> keys, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var near = await ReadAsync(
            keys, key => key.ActiveUntil > now && (key.ActiveFrom - now).Duration() < Near, now, cancellation);
        return [.. near.Where(rotation => rotation.Lagging.Any())];
    }

    private async Task<ImmutableArray<KeyFetches>> ReadAsync(
        IReadOnlyCollection<KeyView> keys, Func<KeyView, bool> when, DateTimeOffset now, CancellationToken cancellation)
    {
        if (!keys.Any(when))
        {
            return [];
        }

        var since = now - BackendAddress.Kept;
        var rows = await (
            from client in database.Clients.AsNoTracking()
            where client.DisabledAt == null && client.AuthenticationMethod != ClientAuthenticationMethod.None
                && (client.SecretLastUsedAt >= since || client.OtherSecretLastUsedAt >= since
                    || database.BackendAddresses.Any(row => row.ClientId == client.Id && row.LastRequestAt >= since))
            from address in database.BackendAddresses.Where(row => row.ClientId == client.Id).DefaultIfEmpty()
            select new
            {
                client.Id,
                client.Name,
                client.GrantTypes,
                client.SecretLastUsedAt,
                client.OtherSecretLastUsedAt,
                Address = address == null
                    ? null
                    : new FetchingAddress(
                        address.Address, address.FirstRequestAt, address.LastRequestAt, address.FetchedAt, address.NewestKeyAt),
            }).ToListAsync(cancellation);
        var applications = rows.GroupBy(row => row.Id, StringComparer.Ordinal).Select(of => new FetchingApplication(
            of.Key,
            of.First().Name,
            of.First().GrantTypes.All(grant => grant is Protocol.GrantTypes.ClientCredentials),
            new[] { of.First().SecretLastUsedAt, of.First().OtherSecretLastUsedAt }.Max(),
            [.. of.Select(row => row.Address).OfType<FetchingAddress>()]));
        return KeyFetches.Of(keys, when, [.. applications], since);
    }
}
