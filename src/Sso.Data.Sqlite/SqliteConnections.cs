using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using SQLitePCL;

namespace Sso.Data.Sqlite;

/// <summary>
/// WAL with full flushes: what was acknowledged survives a power cut. The busy timeout waits inside SQLite; the driver's own waiting sleeps
/// 150 ms at a time. A connection of the pool keeps what was set once; setting it again for each statement would cost as much as many of
/// them.
/// </summary>
internal sealed class SqliteConnections : DbConnectionInterceptor
{
    private const string ForReaders = "PRAGMA busy_timeout=5000;";
    private const string ForWriters = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;" + ForReaders;

    private readonly ConditionalWeakTable<sqlite3, SqliteConnections> _done = [];

    /// <summary>
    /// EF Core gives its connections eleven functions and a collation, for decimals and regular expressions, which the driver registers
    /// with SQLite at each opening and removes at each closing: a tenth of a refresh, for something that none of our queries uses.
    /// </summary>
    public override InterceptionResult<DbConnection> ConnectionCreating(
        ConnectionCreatingEventData eventData, InterceptionResult<DbConnection> result) =>
        InterceptionResult<DbConnection>.SuppressWithResult(new SqliteConnection(eventData.ConnectionString));

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        var handle = HandleOf(connection);
        if (_done.TryGetValue(handle, out _))
        {
            return;
        }

        using var command = connection.CreateCommand();
        command.CommandText = PragmasOf(connection);
        command.ExecuteNonQuery();
        _done.TryAdd(handle, this);
    }

    public override async Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        var handle = HandleOf(connection);
        if (_done.TryGetValue(handle, out _))
        {
            return;
        }

        await using var command = connection.CreateCommand();
        command.CommandText = PragmasOf(connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
        _done.TryAdd(handle, this);
    }

    /// <summary>SQLite's own connection, which the driver's takes from the pool and gives back.</summary>
    private static sqlite3 HandleOf(DbConnection connection) => ((SqliteConnection)connection).Handle!;

    /// <summary>
    /// EF Core looks for a database with a read-only connection. On a file that is still empty, as a first start leaves it when it is
    /// killed before its first page, such a connection must not ask for the WAL: it would have to write.
    /// </summary>
    private static string PragmasOf(DbConnection connection) =>
        new SqliteConnectionStringBuilder(connection.ConnectionString).Mode == SqliteOpenMode.ReadOnly ? ForReaders : ForWriters;
}
