using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Operations;

namespace Sso.Admin.Clients;

/// <summary>What applications were refused lately, and why, which they themselves are not told.</summary>
public sealed class ListRefusals(SsoDbContext database, TimeProvider clock)
{
    public const int Most = 500;

    private static readonly SecurityEventKind[] Kinds =
        [
            SecurityEventKind.ClientRefused, SecurityEventKind.GrantRefused, SecurityEventKind.CodeReused,
            SecurityEventKind.RefreshTokenReused, SecurityEventKind.RedirectUriRefused, SecurityEventKind.RequestRefused,
        ];

    /// <param name="clientId">Null means all.</param>
    /// <param name="back">How far back.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task<ImmutableArray<RefusalView>> ExecuteAsync(string? clientId, TimeSpan back, CancellationToken cancellation)
    {
        var since = clock.GetUtcNow() - back;
        var events = await database.SecurityEvents.AsNoTracking()
            .Where(item => item.At >= since && Kinds.Contains(item.Kind) && (clientId == null || item.ClientId == clientId))
            .OrderByDescending(item => item.At).Take(Most).ToListAsync(cancellation);
        return
        [
            .. events.Select(item => new RefusalView(
                item.At, item.ClientId, item.Kind, item.Detail, item.Reason, item.Address, item.RequestId)),
        ];
    }
}

/// <summary>
/// One refusal. For a redirection URI, <paramref name="Detail"/> is what was sent and <paramref name="Reason"/> what is registered.
/// </summary>
/// <param name="RequestId">The code that the page of an error showed, if the refusal ended on one; the log has it too.</param>
public sealed record RefusalView(
    DateTimeOffset At, string? ClientId, SecurityEventKind Kind, string? Detail, string? Reason, string? Address,
    string? RequestId);
