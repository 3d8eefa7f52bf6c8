using System.Data.Common;
using Sso.Data.Clients;
using Sso.Data.Sessions;

namespace Sso.Data.Grants;

/// <summary>
/// The only way to a grant. One statement inserts it if its session still lives with the secret on which the decision was made and its
/// client is enabled, and holds both rows until it is committed. Whatever ends a session, voids its codes or switches a client off changes
/// that row first and revokes grants afterwards: so either it sees the grant or the insert sees the end, also on two nodes and under READ
/// COMMITTED.
/// </summary>
public static class GrantInsertion
{
    private static readonly HotStatement Insertion = new(words =>
        $"""
        INSERT INTO {words.Table<Grant>()} ({string.Join(", ", words.Columns<Grant>())})
        SELECT {string.Join(", ", words.Values<Grant>())}
        FROM {words.Table<Session>()} AS s{words.Held.Table}, {words.Table<ClientRegistration>()} AS c{words.Held.Table}
        WHERE s.{words.Is<Session>(nameof(Session.Id))}
          AND s.{words.Is<Session>(nameof(Session.Secret))}
          AND s.{words.Column<Session>(nameof(Session.EndedAt))} IS NULL
          AND c.{words.Is<ClientRegistration>(nameof(ClientRegistration.Id))}
          AND c.{words.Column<ClientRegistration>(nameof(ClientRegistration.DisabledAt))} IS NULL
        {words.Held.Statement}
        """);

    /// <summary>
    /// False if the session has ended, its codes were voided, its client is disabled or gone, or the grant exists already.
    /// </summary>
    public static async Task<bool> TryInsertGrantAsync(
        this SsoDbContext database, Grant grant, byte[] sessionSecret, CancellationToken cancellation)
    {
        try
        {
            object?[] values = [.. HotStatement.ValuesOf(database, grant), grant.SessionId, sessionSecret, grant.ClientId];
            return await Insertion.ExecuteAsync(database, values, cancellation) == 1;
        }
        catch (DbException exception) when (database.IsDuplicateKey(exception))
        {
            return false;
        }
    }
}
