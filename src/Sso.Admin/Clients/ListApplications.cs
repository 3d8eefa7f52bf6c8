using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Clients;

namespace Sso.Admin.Clients;

/// <summary>A registration with how it is doing.</summary>
/// <param name="LastSignInAt">When somebody last got tokens for it that still are of use; null if nobody did.</param>
/// <param name="Refusals">Of the last 24 hours.</param>
/// <param name="SecretExpiresAt">The nearest end of a secret; null if none ends.</param>
public sealed record ApplicationView(ClientView Client, DateTimeOffset? LastSignInAt, int Refusals, DateTimeOffset? SecretExpiresAt)
{
    /// <summary>It has no address to which a browser could come back, so nobody can sign in yet.</summary>
    public bool IsDraft => IsIncomplete(Client);

    internal static bool IsIncomplete(ClientView client) =>
        client.Type is not (Protocol.Clients.ClientType.Machine or Protocol.Clients.ClientType.Device) && client.RedirectUris.Count == 0;
}

/// <summary>All registrations, or those of one administrator, with how they are doing, by name.</summary>
public sealed class ListApplications(SsoDbContext database, ListRefusals refusals)
{
    private static readonly TimeSpan Lately = TimeSpan.FromHours(24);

    /// <param name="search">A part of name, id or address; null for all.</param>
    /// <param name="only">The ids that may be seen; null means every one.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task<ImmutableArray<ApplicationView>> ExecuteAsync(
        string? search, ImmutableArray<string>? only, CancellationToken cancellation)
    {
        var rows = await database.Clients.AsNoTracking().ToListAsync(cancellation);
        var latest = await database.Grants.GroupBy(grant => grant.ClientId)
            .Select(group => new { group.Key, At = group.Max(grant => grant.CreatedAt) })
            .ToDictionaryAsync(row => row.Key, row => row.At, cancellation);
        var refused = (await refusals.ExecuteAsync(clientId: null, Lately, cancellation)).CountBy(item => item.ClientId ?? "")
            .ToDictionary();
        return
        [
            .. rows.Where(client => (only is not { } ids || ids.Contains(client.Id)) && IsMeant(client, search?.Trim()))
                .OrderBy(client => client.Name, StringComparer.OrdinalIgnoreCase)
                .Select(client => new ApplicationView(
                    ClientView.Of(client),
                    latest.TryGetValue(client.Id, out var at) ? at : null,
                    refused.GetValueOrDefault(client.Id),
                    NearestEnd(client))),
        ];
    }

    internal static DateTimeOffset? NearestEnd(ClientRegistration client) =>
        new[] { client.SecretExpiresAt, client.OtherSecretExpiresAt }.Min();

    private static bool IsMeant(ClientRegistration client, string? search) =>
        string.IsNullOrEmpty(search)
        || client.Name.Contains(search, StringComparison.OrdinalIgnoreCase)
        || client.Id.Contains(search, StringComparison.OrdinalIgnoreCase)
        || client.RedirectUris.Any(uri => uri.Contains(search, StringComparison.OrdinalIgnoreCase));
}
