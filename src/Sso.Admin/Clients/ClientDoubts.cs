using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Protocol.Clients;

namespace Sso.Admin.Clients;

/// <summary>The doubts about a registration, beside what else is registered.</summary>
internal static class ClientDoubts
{
    /// <summary>Asks for the scopes of protected resources only where the registration has scopes that are not about people.</summary>
    public static async Task<ImmutableArray<RegistrationDoubt>> DoubtsAsync(
        this SsoDbContext database, Client client, CancellationToken cancellation)
    {
        var doubts = RegistrationDoubt.Of(client).ToImmutableArray();
        if (doubts.All(doubt => doubt.Kind != DoubtKind.UnknownScope))
        {
            return doubts;
        }

        var offered = (await database.Resources.AsNoTracking().Select(resource => resource.Scopes).ToListAsync(cancellation))
            .SelectMany(scopes => scopes).ToHashSet(StringComparer.Ordinal);
        return doubts.RemoveAll(doubt => doubt.Kind == DoubtKind.UnknownScope && offered.Contains(doubt.About!));
    }
}
