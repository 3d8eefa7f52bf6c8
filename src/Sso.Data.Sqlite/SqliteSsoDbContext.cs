using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Sso.Data.Operations;

namespace Sso.Data.Sqlite;

/// <summary>The model on SQLite, with its migrations.</summary>
public sealed class SqliteSsoDbContext(DbContextOptions<SqliteSsoDbContext> options) : SsoDbContext(options)
{
    protected override bool HasOwnClock => false;

    /// <summary>A millisecond.</summary>
    protected override long TimeStep => TimeSpan.TicksPerMillisecond;

    protected override IsolationLevel Snapshot => IsolationLevel.Serializable;

    /// <summary>Deferred, or it would begin as a writer: in the WAL a reader sees the moment of its first statement.</summary>
    protected override async Task<DbTransaction> BeginSnapshotAsync(CancellationToken cancellation)
    {
        await Database.OpenConnectionAsync(cancellation);
        return ((SqliteConnection)Database.GetDbConnection()).BeginTransaction(Snapshot, deferred: true);
    }

    /// <summary>A writer is alone.</summary>
    protected override (string Table, string Statement) HeldRows => ("", "ON CONFLICT DO NOTHING");

    protected override bool IsDuplicateKey(DbException? exception) =>
        exception is SqliteException { SqliteErrorCode: 19, SqliteExtendedErrorCode: 1555 or 2067 };

    /// <summary>
    /// EF Core marks in a row that somebody is migrating, and waits for ever for a mark whose process was killed. Here the operating system
    /// keeps the turn and frees it with the process; whoever has it knows that a mark belongs to nobody.
    /// </summary>
    public override async Task MigrateAsync(CancellationToken cancellation)
    {
        await using var turn = await TakeTurnAsync(Database.GetDbConnection().DataSource + ".lock", cancellation);
        await Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellation);
        await base.MigrateAsync(cancellation);
    }

    /// <summary>Null if no file can be created: SQLite itself says what is wrong then.</summary>
    private static async Task<FileStream?> TakeTurnAsync(string file, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (Exception exception) when (exception is DirectoryNotFoundException or UnauthorizedAccessException)
            {
                return null;
            }
            catch (IOException) when (File.Exists(file))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellation);
            }
        }
    }

    public override DatabaseTrouble TroubleOf(Exception driver) => driver switch
    {
        SqliteException { SqliteErrorCode: 13 } => DatabaseTrouble.DiskFull,
        SqliteException { SqliteErrorCode: 8 } => DatabaseTrouble.ReadOnly,
        _ => DatabaseTrouble.Silent,
    };

    protected override string TablesQuery =>
        "SELECT \"name\" AS \"Value\" FROM \"sqlite_master\" WHERE \"type\" = 'table' AND \"name\" NOT LIKE 'sqlite\\_%' ESCAPE '\\'";

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMillisecondsConverter>();
    }

    /// <summary>SQLite cannot compare the text form of an instant; whole milliseconds compare and sort.</summary>
    private sealed class UnixMillisecondsConverter() : ValueConverter<DateTimeOffset, long>(
        instant => instant.ToUnixTimeMilliseconds(), milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
}
