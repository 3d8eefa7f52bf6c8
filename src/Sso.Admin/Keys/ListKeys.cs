using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Keys;

namespace Sso.Admin.Keys;

/// <summary>All signing keys, by algorithm and age.</summary>
public sealed class ListKeys(SsoDbContext database, TimeProvider clock)
{
    public async Task<ImmutableArray<KeyView>> ExecuteAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var keys = await database.SigningKeys.AsNoTracking().ToListAsync(cancellation);
        return
        [
            .. keys.OrderBy(key => key.Algorithm, StringComparer.Ordinal).ThenBy(key => key.ActiveFrom).ThenBy(key => key.CreatedAt)
                .Select(key => View(key, now)),
        ];
    }

    public static KeyView View(SigningKeyRow key, DateTimeOffset now) => new()
    {
        Kid = key.Id,
        Algorithm = key.Algorithm,
        State = StateOf(key, now),
        CreatedAt = key.CreatedAt,
        ActiveFrom = key.ActiveFrom,
        ActiveUntil = key.ActiveUntil,
        PublishedUntil = key.PublishedUntil,
    };

    private static KeyState StateOf(SigningKeyRow key, DateTimeOffset now) => key switch
    {
        _ when now < key.ActiveFrom => KeyState.Announced,
        _ when now < key.ActiveUntil => KeyState.Active,
        _ when now < key.PublishedUntil => KeyState.Retiring,
        _ => KeyState.Gone,
    };
}
