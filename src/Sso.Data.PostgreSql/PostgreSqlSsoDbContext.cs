using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Sso.Data.Operations;
using Sso.Data.People;

namespace Sso.Data.PostgreSql;

/// <summary>The model on PostgreSQL, with its migrations.</summary>
public sealed class PostgreSqlSsoDbContext(DbContextOptions<PostgreSqlSsoDbContext> options) : SsoDbContext(options)
{
    protected override bool HasOwnClock => true;

    /// <summary>A microsecond.</summary>
    protected override long TimeStep => TimeSpan.TicksPerMicrosecond;

    protected override IsolationLevel Snapshot => IsolationLevel.RepeatableRead;

    protected override (string Table, string Statement) HeldRows => ("", "FOR SHARE ON CONFLICT DO NOTHING");

    protected override bool IsDuplicateKey(DbException? exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    public override Task<bool> MayChangeTablesAsync(CancellationToken cancellation) => Database
        .SqlQueryRaw<bool>(
            """
            SELECT COALESCE(
                (SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('"SecurityEvents"')), FALSE) AS "Value"
            """)
        .SingleAsync(cancellation);

    public override DatabaseTrouble TroubleOf(Exception driver) => driver switch
    {
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => DatabaseTrouble.DiskFull,
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => DatabaseTrouble.ReadOnly,
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } => DatabaseTrouble.Forbidden,
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } => DatabaseTrouble.Missing,
        PostgresException
        {
            SqlState: PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.DuplicateColumn or PostgresErrorCodes.DuplicateObject,
        } => DatabaseTrouble.Overtaken,
        PostgresException { SqlState: PostgresErrorCodes.TooManyConnections } => DatabaseTrouble.NoConnection,
        // The driver has one exception for both, and its message is not translated.
        NpgsqlException { InnerException: TimeoutException }
            when driver.Message.Contains("pool has been exhausted", StringComparison.Ordinal) => DatabaseTrouble.NoConnection,
        _ => DatabaseTrouble.Silent,
    };

    /// <summary>Without those that extensions brought.</summary>
    protected override string TablesQuery =>
        "SELECT c.relname::text AS \"Value\" FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace\n"
        + "WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND NOT EXISTS\n"
        + "(SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')";

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.HasDbFunction(NowFunction).HasName("clock_timestamp").IsBuiltIn();
        // Names in the order of their characters, as on the other databases: by the rules of a language an index finds no beginning.
        builder.Entity<Person>().Property(person => person.NormalizedUserName).UseCollation("C");
        builder.Entity<Person>().Property(person => person.NormalizedEmail).UseCollation("C");
    }
}
