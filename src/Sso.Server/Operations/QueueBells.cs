using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Sso.Data.Delivery;
using Sso.Data.Logout;
using Sso.Data.Webhooks;
using Sso.Delivery;

namespace Sso.Server.Operations;

/// <summary>
/// Wakes the senders once mails, texts, messages of webhooks or notices of a logout are committed: no slice can forget to, and none wakes
/// them for something that is rolled back. Those of a request leave after its answer: the timing of the answer must not reveal whether
/// there is a mail at all.
/// </summary>
internal sealed class QueueBells(
    MailBell mails, TextBell texts, WebhookBell webhooks, LogoutBell logouts, IHttpContextAccessor requests)
    : SaveChangesInterceptor, IDbTransactionInterceptor
{
    /// <summary>Far longer than an answer needs to arrive, far shorter than anybody notices.</summary>
    private static readonly TimeSpan AfterAnswer = TimeSpan.FromMilliseconds(25);

    /// <summary>
    /// Contexts come from a pool: the transaction tells whether what one of them still holds belongs to a transaction that was rolled back.
    /// </summary>
    private readonly ConditionalWeakTable<DbContext, Added> _added = [];

    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        Note(eventData.Context!);
        return result;
    }

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Note(eventData.Context!);
        return ValueTask.FromResult(result);
    }

    public override int SavedChanges(SaveChangesCompletedEventData eventData, int result)
    {
        Ring(eventData.Context!, committed: null);
        return result;
    }

    public override ValueTask<int> SavedChangesAsync(
        SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        Ring(eventData.Context!, committed: null);
        return ValueTask.FromResult(result);
    }

    public override void SaveChangesFailed(DbContextErrorEventData eventData) => Forget(eventData.Context!);

    public override Task SaveChangesFailedAsync(DbContextErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        Forget(eventData.Context!);
        return Task.CompletedTask;
    }

    public override void SaveChangesCanceled(DbContextEventData eventData) => Forget(eventData.Context!);

    public override Task SaveChangesCanceledAsync(DbContextEventData eventData, CancellationToken cancellationToken = default)
    {
        Forget(eventData.Context!);
        return Task.CompletedTask;
    }

    public void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) =>
        Ring(eventData.Context!, eventData.TransactionId);

    public Task TransactionCommittedAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Ring(eventData.Context!, eventData.TransactionId);
        return Task.CompletedTask;
    }

    private void Note(DbContext context)
    {
        var rows = context.ChangeTracker.Entries().Where(entry => entry.State == EntityState.Added)
            .Aggregate(Queues.None, (queues, entry) => queues | QueueOf(entry.Entity));
        var transaction = context.Database.CurrentTransaction?.TransactionId;
        var before = _added.TryGetValue(context, out var noted) && noted.Transaction == transaction ? noted with { Before = null } : null;
        if (rows != Queues.None || before is not null)
        {
            _added.AddOrUpdate(context, new(transaction, rows | (before?.Rows ?? Queues.None), before));
        }
    }

    private static Queues QueueOf(object row) => row switch
    {
        OutgoingMail => Queues.Mails,
        OutgoingText => Queues.Texts,
        WebhookDelivery => Queues.Webhooks,
        LogoutNotice => Queues.Logouts,
        _ => Queues.None,
    };

    /// <summary>Of a save that added nothing; what the transaction holds of earlier ones may still be committed.</summary>
    private void Forget(DbContext context)
    {
        if (_added.TryGetValue(context, out var noted) && noted.Before is { } before)
        {
            _added.AddOrUpdate(context, before);
        }
        else
        {
            _added.Remove(context);
        }
    }

    /// <param name="context">The context whose rows are in the database now.</param>
    /// <param name="committed">Null for a save outside a transaction of the caller.</param>
    private void Ring(DbContext context, Guid? committed)
    {
        if (!_added.TryGetValue(context, out var added) || added.Transaction != committed)
        {
            return;
        }

        _added.Remove(context);
        if (requests.HttpContext is { Response.HasStarted: false } http)
        {
            http.Response.OnCompleted(() =>
            {
                // Not awaited, so the connection of the answer is free at once.
                _ = Task.Delay(AfterAnswer, TimeProvider.System).ContinueWith(_ => Ring(added.Rows), TaskScheduler.Default);
                return Task.CompletedTask;
            });
        }
        else
        {
            Ring(added.Rows);
        }
    }

    private void Ring(Queues queues)
    {
        RingIf(Queues.Mails, mails);
        RingIf(Queues.Texts, texts);
        RingIf(Queues.Webhooks, webhooks);
        RingIf(Queues.Logouts, logouts);

        void RingIf(Queues queue, Bell bell)
        {
            if (queues.HasFlag(queue))
            {
                bell.Ring();
            }
        }
    }

    [Flags]
    private enum Queues
    {
        None = 0,
        Mails = 1,
        Texts = 2,
        Webhooks = 4,
        Logouts = 8,
    }

    /// <param name="Transaction">Null for a save outside a transaction of the caller.</param>
    /// <param name="Rows">The queues that got rows.</param>
    /// <param name="Before">What it was before the latest save, which may fail.</param>
    private sealed record Added(Guid? Transaction, Queues Rows, Added? Before);
}
