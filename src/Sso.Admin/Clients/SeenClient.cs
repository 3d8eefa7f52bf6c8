using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Protocol;
using Sso.Protocol.Clients;

namespace Sso.Admin.Clients;

/// <summary>
/// What programs read of registrations, and do to one as they have seen it: nobody may have changed it since. The machines that may use the
/// API are beyond its reach, so that none of them gives itself, or another, more than an operator did. Reading is an event.
/// </summary>
public sealed class SeenClient(SsoDbContext database, TimeProvider clock)
{
    public async Task<Result<ClientView, Refusal>> ReadAsync(string clientId, CancellationToken cancellation)
    {
        if (await database.Clients.AsNoTracking().SingleOrDefaultAsync(client => client.Id == clientId, cancellation) is not { } found)
        {
            return ShowClient.NotFound(clientId);
        }

        await RecordAsync(SecurityEvent.ClientRead(clock.GetUtcNow(), clientId), cancellation);
        return ClientView.Of(found);
    }

    /// <summary>Those after this one, by their ids; one more than asked for if there are others.</summary>
    public async Task<IReadOnlyList<ClientView>> ListAsync(string? after, int take, CancellationToken cancellation)
    {
        var clients = await database.Clients.AsNoTracking().ToListAsync(cancellation);
        await RecordAsync(SecurityEvent.ClientsListed(clock.GetUtcNow()), cancellation);
        return
        [
            .. clients.Where(client => after is null || string.CompareOrdinal(client.Id, after) > 0)
                .OrderBy(client => client.Id, StringComparer.Ordinal).Take(take + 1).Select(ClientView.Of),
        ];
    }

    /// <param name="clientId">Which one.</param>
    /// <param name="isSeen">True if the caller means it as it is now.</param>
    /// <param name="act">What is done, in the same transaction.</param>
    /// <param name="cancellation">Stops before anything was written.</param>
    public Task<Result<T, Refusal>> ActAsync<T>(
        string clientId, Func<ClientView, bool> isSeen, Func<Task<Result<T, Refusal>>> act, CancellationToken cancellation)
        where T : class =>
        database.AllOrNothingAsync<T>(
            async () =>
            {
                // First: whoever else changes a registration waits here.
                await database.RaiseClientsVersionAsync(cancellation);
                var found = await database.Clients.AsNoTracking().SingleOrDefaultAsync(client => client.Id == clientId, cancellation);
                return found is null ? ShowClient.NotFound(clientId)
                    : RefusalOf(ClientView.Of(found), isSeen) is { } refusal ? refusal
                    : await act();
            },
            cancellation);

    /// <summary>Null if a program may change it.</summary>
    public static Refusal? RefusalOf(ClientView client, Func<ClientView, bool> isSeen) =>
        ApiScopes.AreAmong(client.Scopes)
            ? Refusal.Denied("client_id", "This client may use the API, and no program changes it.", "Use the command line.")
        : isSeen(client) ? null
        : Refusal.Stale("client_id", "The client was changed since you read it.");

    /// <summary>Null if a program may ask for these scopes.</summary>
    public static Refusal? RefusalOf(Client wanted) => ApiScopes.AreAmong(wanted.Scopes)
        ? Refusal.Denied("scopes", "The scopes of the API are given by an operator.", "Use the command line.")
        : null;

    private async Task RecordAsync(SecurityEvent read, CancellationToken cancellation)
    {
        database.SecurityEvents.Add(read);
        await database.SaveChangesAsync(cancellation);
    }
}
