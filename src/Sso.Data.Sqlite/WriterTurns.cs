using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;

namespace Sso.Data.Sqlite;

/// <summary>
/// Whoever writes takes turns with the others of this process, in the order in which they came, and waits without a thread. SQLite's own lock is
/// waited for in growing steps, so that under load the last to come often wins and the slowest hundredth waits many times as long as the rest.
/// Other processes are still met at that lock: a turn forbids nothing, and who waited for one longer than <see cref="Limit"/> goes on without.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore of which nobody asks for a handle holds nothing.")]
internal sealed class WriterTurns : IDbTransactionInterceptor, IDbCommandInterceptor, IDbConnectionInterceptor
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private static readonly ConcurrentDictionary<DbConnection, WriterTurns> Writers = new(ReferenceEqualityComparer.Instance);

    private readonly SemaphoreSlim _turn = new(1);

    private async Task TakeAsync(DbConnection connection, CancellationToken cancellation)
    {
        if (await _turn.WaitAsync(Limit, cancellation))
        {
            Writers[connection] = this;
        }
    }

    private void Take(DbConnection connection)
    {
        if (_turn.Wait(Limit))
        {
            Writers[connection] = this;
        }
    }

    /// <summary>Ends the turn of this connection, if it has one.</summary>
    public static void Release(DbConnection connection)
    {
        if (Writers.TryRemove(connection, out var turns))
        {
            turns._turn.Release();
        }
    }

    /// <summary>Of a statement on its own; one inside a transaction has the turn of it.</summary>
    private static bool Writes(DbCommand command) =>
        command.Transaction is null && !command.CommandText.StartsWith("SELECT", StringComparison.Ordinal);

    /// <summary>Each transaction of the driver begins with the lock of a writer.</summary>
    public async ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result, CancellationToken cancellationToken = default)
    {
        await TakeAsync(connection, cancellationToken);
        try
        {
            return InterceptionResult<DbTransaction>.SuppressWithResult(
                await connection.BeginTransactionAsync(eventData.IsolationLevel, cancellationToken));
        }
        catch
        {
            Release(connection);
            throw;
        }
    }

    public InterceptionResult<DbTransaction> TransactionStarting(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result)
    {
        Take(connection);
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

    public async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (Writes(command))
        {
            await TakeAsync(command.Connection!, cancellationToken);
        }

        return result;
    }

    public InterceptionResult<int> NonQueryExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<int> result)
    {
        if (Writes(command))
        {
            Take(command.Connection!);
        }

        return result;
    }

    public async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        if (Writes(command))
        {
            await TakeAsync(command.Connection!, cancellationToken);
        }

        return result;
    }

    public InterceptionResult<DbDataReader> ReaderExecuting(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result)
    {
        if (Writes(command))
        {
            Take(command.Connection!);
        }

        return result;
    }

    public ValueTask<int> NonQueryExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(NonQueryExecuted(command, eventData, result));

    public int NonQueryExecuted(DbCommand command, CommandExecutedEventData eventData, int result)
    {
        ReleaseAfter(command);
        return result;
    }

    public InterceptionResult DataReaderDisposing(DbCommand command, DataReaderDisposingEventData eventData, InterceptionResult result)
    {
        ReleaseAfter(command);
        return result;
    }

    public Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        ReleaseAfter(command);
        return Task.CompletedTask;
    }

    public void CommandFailed(DbCommand command, CommandErrorEventData eventData) => ReleaseAfter(command);

    public Task CommandCanceledAsync(DbCommand command, CommandEndEventData eventData, CancellationToken cancellationToken = default)
    {
        ReleaseAfter(command);
        return Task.CompletedTask;
    }

    public void CommandCanceled(DbCommand command, CommandEndEventData eventData) => ReleaseAfter(command);

    /// <summary>Whatever else ended before it was told.</summary>
    public void ConnectionClosed(DbConnection connection, ConnectionEndEventData eventData) => Release(connection);

    public Task ConnectionClosedAsync(DbConnection connection, ConnectionEndEventData eventData)
    {
        Release(connection);
        return Task.CompletedTask;
    }

    private static void ReleaseAfter(DbCommand command)
    {
        if (command.Transaction is null)
        {
            Release(command.Connection!);
        }
    }
}

/// <summary>A transaction whose turn ends with it, also when it is disposed of without an end: of that no interceptor hears.</summary>
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
