using System.Data;
using System.Data.Common;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Sso.Data.Operations;

namespace Sso.Data.SqlServer;

/// <summary>The model on SQL Server, with its migrations.</summary>
public sealed class SqlServerSsoDbContext(DbContextOptions<SqlServerSsoDbContext> options) : SsoDbContext(options)
{
    protected override bool HasOwnClock => true;

    protected override long TimeStep => 1;

    protected override IsolationLevel Snapshot => IsolationLevel.Snapshot;

    /// <summary>
    /// Reading versions of rows in one statement is set for the database, and for a whole transaction it has to be allowed apart.
    /// </summary>
    protected override async Task<DbTransaction> BeginSnapshotAsync(CancellationToken cancellation)
    {
        var isAllowed = await Database
            .SqlQueryRaw<byte>("SELECT snapshot_isolation_state AS Value FROM sys.databases WHERE database_id = DB_ID()")
            .SingleAsync(cancellation) == 1;
        return isAllowed
            ? await base.BeginSnapshotAsync(cancellation)
            : throw new SchemaException("Run as the owner of the database: ALTER DATABASE CURRENT SET ALLOW_SNAPSHOT_ISOLATION ON");
    }

    /// <summary>Without the hint, a read under READ_COMMITTED_SNAPSHOT waits for nobody and locks nothing.</summary>
    protected override (string Table, string Statement) HeldRows => (" WITH (REPEATABLEREAD)", "");

    protected override bool ReturnsByOutput => true;

    protected override bool IsDuplicateKey(DbException? exception) =>
        exception is SqlException { Number: 2601 or 2627 };

    public override async Task MigrateAsync(CancellationToken cancellation)
    {
        await PrepareAsync(cancellation);
        await base.MigrateAsync(cancellation);
    }

    /// <summary>The database itself: created if it is missing, and set as it has to be if that can still be done.</summary>
    /// <exception cref="SchemaException">It cannot be set, or not any more.</exception>
    public async Task PrepareAsync(CancellationToken cancellation)
    {
        var creator = this.GetService<IRelationalDatabaseCreator>();
        if (!await creator.ExistsAsync(cancellation))
        {
            await creator.CreateAsync(cancellation);
        }

        var settings = await SettingsAsync(cancellation);
        // A table keeps the collation with which it was created.
        if (!settings.IsBinary && !await creator.HasTablesAsync(cancellation))
        {
            await SetAsync(DatabaseSettings.SetCollation, cancellation);
        }

        if (!settings.IsSnapshot)
        {
            await SetAsync(DatabaseSettings.SetSnapshot, cancellation);
        }

        if ((await SettingsAsync(cancellation)).Flaw is { } flaw)
        {
            throw new SchemaException(flaw);
        }
    }

    public override async Task<string?> FlawAsync(CancellationToken cancellation) => (await SettingsAsync(cancellation)).Flaw;

    public override async Task<bool> MayChangeTablesAsync(CancellationToken cancellation) => await Database
        .SqlQueryRaw<int>("SELECT ISNULL(HAS_PERMS_BY_NAME(N'dbo.SecurityEvents', N'OBJECT', N'ALTER'), 0) AS Value")
        .SingleAsync(cancellation) == 1;

    private Task<DatabaseSettings> SettingsAsync(CancellationToken cancellation) =>
        Database.SqlQueryRaw<DatabaseSettings>(DatabaseSettings.Query).AsAsyncEnumerable().SingleAsync(cancellation).AsTask();

    /// <summary>Whatever could not be set shows in what is wrong afterwards.</summary>
    private async Task SetAsync(string statement, CancellationToken cancellation)
    {
        try
        {
            await Database.ExecuteSqlRawAsync(statement, cancellation);
        }
        catch (SqlException exception)
        {
            throw new SchemaException(
                $"{exception.Message.Split('\n')[0].Trim()} Run as the owner of the database, while nobody is connected: {statement}");
        }
    }

    public override DatabaseTrouble TroubleOf(Exception driver) => driver switch
    {
        // No room in the files, or in the log.
        SqlException { Number: 1101 or 1105 or 9002 } => DatabaseTrouble.DiskFull,
        SqlException { Number: 3906 } => DatabaseTrouble.ReadOnly,
        // Of an object, of a column, of a statement, of a schema.
        SqlException { Number: 229 or 230 or 262 or 2760 } => DatabaseTrouble.Forbidden,
        SqlException { Number: 4060 } => DatabaseTrouble.Missing,
        // A table or another object, a column.
        SqlException { Number: 2714 or 2705 } => DatabaseTrouble.Overtaken,
        // The limits of a database in the cloud; an exhausted pool is not a SqlException.
        SqlException { Number: 10928 or 10929 } or InvalidOperationException => DatabaseTrouble.NoConnection,
        _ => DatabaseTrouble.Silent,
    };

    protected override string TablesQuery =>
        "SELECT [name] AS [Value] FROM [sys].[tables] WHERE [is_ms_shipped] = 0 AND [schema_id] = SCHEMA_ID()";

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.HasDbFunction(NowFunction).HasName("SYSDATETIMEOFFSET").IsBuiltIn();
        // Here a unique index leaves out nulls, and the events that wait to be sealed are looked for each second.
        builder.Entity<SecurityEvent>().HasIndex(row => new { row.Sequence, row.Id });
    }
}
