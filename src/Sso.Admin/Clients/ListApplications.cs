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
    public bool IsDraft => Client.IsDraft;
}

/// <summary>Some registrations of a longer list.</summary>
/// <param name="Following">After which id the rest begins; null where there is none.</param>
public sealed record ApplicationsPage(ImmutableArray<ApplicationView> List, string? Following);

/// <summary>The registrations, or those of one administrator, with how they are doing, by name, a page at a time.</summary>
public sealed class ListApplications(SsoDbContext database, ListRefusals refusals)
{
    public const int PageSize = 50;

    private static readonly TimeSpan Lately = TimeSpan.FromHours(24);

    /// <param name="search">A part of name, id or address; null for all.</param>
    /// <param name="only">The ids that may be seen; null means every one.</param>
    /// <param name="after">The last id of the page before; null, or one that is gone, for the first page.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task<ApplicationsPage> ExecuteAsync(
        string? search, IReadOnlyCollection<string>? only, string? after, CancellationToken cancellation)
    {
        var found = await FindAsync(search?.Trim() ?? "", only, cancellation);
        var begin = after is null ? 0 : found.IndexOf(after) + 1;
        var ids = found.Skip(begin).Take(PageSize).ToList();
        var rows = await database.Clients.AsNoTracking().Where(client => ids.Contains(client.Id))
            .Select(client => new
            {
                Client = client,
                Latest = database.Grants.Where(grant => grant.ClientId == client.Id).Max(grant => (DateTimeOffset?)grant.CreatedAt),
            })
            .ToListAsync(cancellation);
        var refused = (await refusals.CountAsync(ids, Lately, cancellation)).ToDictionary(item => item.ClientId!, item => item.Count);
        return new(
            [
                .. rows.OrderBy(row => ids.IndexOf(row.Client.Id)).Select(row => new ApplicationView(
                    ClientView.Of(row.Client), row.Latest, refused.GetValueOrDefault(row.Client.Id), NearestEnd(row.Client))),
            ],
            found.Count > begin + PageSize ? ids[^1] : null);
    }

    /// <summary>
    /// Searched and put in order here, because the three databases fold letters differently; every node holds all registrations anyway.
    /// </summary>
    private async Task<List<string>> FindAsync(string search, IReadOnlyCollection<string>? only, CancellationToken cancellation)
    {
        var own = only?.ToList();
        var some = own is null ? database.Clients : database.Clients.Where(client => own.Contains(client.Id));
        var names = await some.Select(client => new { client.Id, client.Name, client.RedirectUris }).ToListAsync(cancellation);
        return
        [
            .. names
                .Where(client => client.Name.Contains(search, StringComparison.OrdinalIgnoreCase)
                    || client.Id.Contains(search, StringComparison.OrdinalIgnoreCase)
                    || client.RedirectUris.Any(uri => uri.Contains(search, StringComparison.OrdinalIgnoreCase)))
                .OrderBy(client => client.Name, StringComparer.OrdinalIgnoreCase).ThenBy(client => client.Id, StringComparer.Ordinal)
                .Select(client => client.Id),
        ];
    }

    private static DateTimeOffset? NearestEnd(ClientRegistration client) =>
        new[] { client.SecretExpiresAt, client.OtherSecretExpiresAt }.Min();
}
