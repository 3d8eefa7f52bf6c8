using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Sso.Data.Sqlite;

/// <summary>
/// WAL with full flushes: what was acknowledged survives a power cut. The busy timeout waits inside SQLite; the driver's own waiting sleeps
/// 150 ms at a time.
/// </summary>
internal sealed class SqlitePragmas : DbConnectionInterceptor
{
    private const string ForReaders = "PRAGMA busy_timeout=5000;";
    private const string ForWriters = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;" + ForReaders;

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = PragmasOf(connection);
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = PragmasOf(connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>
    /// EF Core looks for a database by a connection that only reads. Of a file that is empty yet, as a first start leaves it that is killed before its
    /// first page, such a one must not ask for the WAL: it would have to write.
    /// </summary>
    private static string PragmasOf(DbConnection connection) =>
        new SqliteConnectionStringBuilder(connection.ConnectionString).Mode == SqliteOpenMode.ReadOnly ? ForReaders : ForWriters;
}
