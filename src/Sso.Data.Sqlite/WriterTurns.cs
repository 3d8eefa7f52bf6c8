using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;
using SQLitePCL;
using Sso.Data.Operations;

namespace Sso.Data.Sqlite;

/// <summary>
/// Writers take turns within this process. SQLite's own lock is asked for again in steps that grow to 100 ms, so that under load the newest
/// wins and the slowest hundredth waits many times as long as the rest. Waiting for a turn blocks the thread, as waiting for that lock
/// does: the driver knows no other way, and handing each turn to a thread of the pool cost a third more. Other processes are still met at
/// the lock itself: a turn forbids nothing, and a writer that has waited longer than <see cref="Limit"/> goes on without one.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore of which nobody asks for a handle holds nothing.")]
internal sealed class WriterTurns : IDbTransactionInterceptor, IDbCommandInterceptor, IDbConnectionInterceptor
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private static readonly ConcurrentDictionary<DbConnection, WriterTurns> Writers = new(ReferenceEqualityComparer.Instance);

    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>True if nobody has a turn. For tests, since a turn that is never given back only makes others wait longer.</summary>
    public bool IsFree => _turn.CurrentCount == 1;

    /// <summary>Ends the turn of this connection, if it has one.</summary>
    public static void Release(DbConnection connection)
    {
        if (Writers.TryRemove(connection, out var turns))
        {
            turns._turn.Release();
        }
    }

    private void Take(DbConnection connection, CancellationToken cancellation)
    {
        if (_turn.Wait(Limit, cancellation))
        {
            Writers[connection] = this;
        }
    }

    private void TakeFor(DbCommand command, CancellationToken cancellation)
    {
        if (IsAlone(command) && !command.CommandText.StartsWith("SELECT", StringComparison.Ordinal))
        {
            Take(command.Connection!, cancellation);
        }
    }

    private static void ReleaseAfter(DbCommand command)
    {
        if (IsAlone(command))
        {
            Release(command.Connection!);
        }
    }

    /// <summary>A statement inside a transaction uses the turn of the transaction.</summary>
    private static bool IsAlone(DbCommand command) => command.Transaction is null;

    /// <summary>
    /// Each transaction of the driver begins with the lock of a writer. It is begun here, so that one that cannot begin keeps no turn.
    /// </summary>
    public InterceptionResult<DbTransaction> TransactionStarting(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result) =>
        Begin(connection, eventData, CancellationToken.None);

    public ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result,
        CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Begin(connection, eventData, cancellationToken));

    private InterceptionResult<DbTransaction> Begin(
        DbConnection connection, TransactionStartingEventData eventData, CancellationToken cancellation)
    {
        Take(connection, cancellation);
        try
        {
            return InterceptionResult<DbTransaction>.SuppressWithResult(connection.BeginTransaction(eventData.IsolationLevel));
        }
        catch
        {
            Release(connection);
            throw;
        }
    }

    public InterceptionResult<int> NonQueryExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<int> result)
    {
        TakeFor(command, CancellationToken.None);
        return result;
    }

    public ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        TakeFor(command, cancellationToken);
        return ValueTask.FromResult(result);
    }

    public InterceptionResult<DbDataReader> ReaderExecuting(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
    {
        TakeFor(command, CancellationToken.None);
        return result;
    }

    public ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default)
    {
        TakeFor(command, cancellationToken);
        return ValueTask.FromResult(result);
    }

    public int NonQueryExecuted(DbCommand command, CommandExecutedEventData eventData, int result)
    {
        ReleaseAfter(command);
        if (IsAlone(command) && result >= Batches.Size)
        {
            // What a batch left in the WAL goes into the file now, while others may write. Left to itself, SQLite does this once there are
            // a thousand pages, in the turn of whoever wrote the last of them.
            raw.sqlite3_wal_checkpoint(((SqliteConnection)command.Connection!).Handle, "main");
        }

        return result;
    }

    public ValueTask<int> NonQueryExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(NonQueryExecuted(command, eventData, result));

    public InterceptionResult DataReaderDisposing(DbCommand command, DataReaderDisposingEventData eventData, InterceptionResult result)
    {
        ReleaseAfter(command);
        return result;
    }

    public void CommandFailed(DbCommand command, CommandErrorEventData eventData) => ReleaseAfter(command);

    public Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        ReleaseAfter(command);
        return Task.CompletedTask;
    }

    public void CommandCanceled(DbCommand command, CommandEndEventData eventData) => ReleaseAfter(command);

    public Task CommandCanceledAsync(DbCommand command, CommandEndEventData eventData, CancellationToken cancellationToken = default)
    {
        ReleaseAfter(command);
        return Task.CompletedTask;
    }

    /// <summary>For whatever ended without being reported.</summary>
    public void ConnectionClosed(DbConnection connection, ConnectionEndEventData eventData) => Release(connection);

    public Task ConnectionClosedAsync(DbConnection connection, ConnectionEndEventData eventData)
    {
        Release(connection);
        return Task.CompletedTask;
    }
}

/// <summary>
/// A transaction whose turn ends with it, also when it is disposed of without being ended, which no interceptor hears of.
/// </summary>
internal sealed class TurnTransactionFactory(RelationalTransactionFactoryDependencies dependencies)
    : RelationalTransactionFactory(dependencies)
{
    public override RelationalTransaction Create(
        IRelationalConnection connection, DbTransaction transaction, Guid transactionId,
        IDiagnosticsLogger<DbLoggerCategory.Database.Transaction> logger, bool transactionOwned) =>
        new TurnTransaction(connection, transaction, transactionId, logger, transactionOwned, Dependencies.SqlGenerationHelper);

    private sealed class TurnTransaction(
        IRelationalConnection connection, DbTransaction transaction, Guid transactionId,
        IDiagnosticsLogger<DbLoggerCategory.Database.Transaction> logger, bool transactionOwned, ISqlGenerationHelper names)
        : RelationalTransaction(connection, transaction, transactionId, logger, transactionOwned, names)
    {
        protected override void ClearTransaction()
        {
            WriterTurns.Release(Connection.DbConnection);
            base.ClearTransaction();
        }

        protected override Task ClearTransactionAsync(CancellationToken cancellationToken = default)
        {
            WriterTurns.Release(Connection.DbConnection);
            return base.ClearTransactionAsync(cancellationToken);
        }
    }
}
