using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Sso.Server.Commands;

/// <summary>Whether a command has changed the database already, so that nobody who stops it is told that nothing was.</summary>
internal sealed class CommittedWork : SaveChangesInterceptor, IDbTransactionInterceptor, IDbCommandInterceptor
{
    public bool IsThere { get; private set; }

    public override int SavedChanges(SaveChangesCompletedEventData eventData, int result)
    {
        IsThere |= result > 0 && eventData.Context!.Database.CurrentTransaction is null;
        return result;
    }

    public override ValueTask<int> SavedChangesAsync(
        SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(SavedChanges(eventData, result));

    public void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) => IsThere = true;

    public Task TransactionCommittedAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        IsThere = true;
        return Task.CompletedTask;
    }

    public int NonQueryExecuted(DbCommand command, CommandExecutedEventData eventData, int result)
    {
        IsThere |= result > 0 && command.Transaction is null;
        return result;
    }

    public ValueTask<int> NonQueryExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(NonQueryExecuted(command, eventData, result));
}
