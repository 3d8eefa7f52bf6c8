using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Sso.Data.Delivery;
using Sso.Data.Webhooks;
using Sso.Delivery;

namespace Sso.Server.Operations;

/// <summary>
/// Wakes the senders once mails, texts or messages of webhooks are committed: no slice can forget to, and none wakes them for something
/// that is rolled back. Those of a request leave after its answer: the timing of the answer must not reveal whether there is a mail at all.
/// </summary>
internal sealed class QueueBells(MailBell mails, TextBell texts, WebhookBell webhooks, IHttpContextAccessor requests)
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
        var (mail, text, webhook) = (false, false, false);
        foreach (var entry in context.ChangeTracker.Entries().Where(entry => entry.State == EntityState.Added))
        {
            (mail, text, webhook) =
                (mail || entry.Entity is OutgoingMail, text || entry.Entity is OutgoingText, webhook || entry.Entity is WebhookDelivery);
        }

        var transaction = context.Database.CurrentTransaction?.TransactionId;
        var before = _added.TryGetValue(context, out var noted) && noted.Transaction == transaction ? noted with { Before = null } : null;
        if (mail || text || webhook || before is not null)
        {
            _added.AddOrUpdate(
                context,
                new(
                    transaction, mail || before is { Mail: true }, text || before is { Text: true }, webhook || before is { Webhook: true },
                    before));
        }
    }

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
                _ = Task.Delay(AfterAnswer, TimeProvider.System).ContinueWith(_ => Ring(added), TaskScheduler.Default);
                return Task.CompletedTask;
            });
        }
        else
        {
            Ring(added);
        }
    }

    private void Ring(Added added)
    {
        if (added.Mail)
        {
            mails.Ring();
        }

        if (added.Text)
        {
            texts.Ring();
        }

        if (added.Webhook)
        {
            webhooks.Ring();
        }
    }

    /// <param name="Transaction">Null for a save outside a transaction of the caller.</param>
    /// <param name="Mail">Mails are among the rows.</param>
    /// <param name="Text">Texts are.</param>
    /// <param name="Webhook">Messages of webhooks are.</param>
    /// <param name="Before">What it was before the latest save, which may fail.</param>
    private sealed record Added(Guid? Transaction, bool Mail, bool Text, bool Webhook, Added? Before);
}
