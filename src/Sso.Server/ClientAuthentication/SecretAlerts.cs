using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Mails;
using Sso.Admin.Clients;
using Sso.Data;
using Sso.Data.Administrators;
using Sso.Data.Clients;
using Sso.Data.People;

namespace Sso.Server.ClientAuthentication;

/// <summary>
/// Tells those who look after an application 30, 7 and 1 days before a secret of it ends. Each step is told once, by whichever node comes
/// first; a step that was missed is not told later than the next. One that ended a week ago and has a successor is taken away.
/// </summary>
internal sealed class SecretAlerts(SsoDbContext database, SecurityMails mails, RotateSecret secrets, TimeProvider clock)
{
    /// <summary>So long one that has ended is seen beside its successor; then it is taken away, as if an operator did it.</summary>
    private static readonly TimeSpan SeenAfterItsEnd = TimeSpan.FromDays(7);

    /// <summary>A secret that has a successor ends as it was meant to, unless something used it so lately.</summary>
    private static readonly TimeSpan Lately = TimeSpan.FromDays(2);

    public async Task RunAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var failures = new List<Exception>();
        await TakeAwayAsync(now - SeenAfterItsEnd, failures, cancellation);
        var soon = now.AddDays(StoredSecret.AlertDays.Max());
        var clients = await database.Clients.AsNoTracking()
            .Where(client => client.DisabledAt == null
                && ((client.SecretExpiresAt > now && client.SecretExpiresAt <= soon)
                    || (client.OtherSecretExpiresAt > now && client.OtherSecretExpiresAt <= soon)))
            .ToListAsync(cancellation);
        foreach (var client in clients)
        {
            await TryAsync(
                async () =>
                {
                    foreach (var secret in client.StoredSecrets)
                    {
                        if (StepOf(client, secret, now) is { } step)
                        {
                            await TellAsync(client, secret, step, cancellation);
                        }
                    }
                },
                failures, cancellation);
        }

        if (failures.Count > 0)
        {
            throw new AggregateException(failures);
        }
    }

    /// <summary>
    /// What is wrong with one application keeps nobody from hearing of the others; housekeeping is told of it at the end.
    /// </summary>
    private async Task TryAsync(Func<Task> act, List<Exception> failures, CancellationToken cancellation)
    {
        try
        {
            await act();
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            database.ChangeTracker.Clear();
            failures.Add(exception);
        }
    }

    private async Task TakeAwayAsync(DateTimeOffset before, List<Exception> failures, CancellationToken cancellation)
    {
        var clients = await database.Clients.AsNoTracking()
            .Where(client => client.OtherSecretHash != null
                && (client.SecretExpiresAt < before || client.OtherSecretExpiresAt < before))
            .ToListAsync(cancellation);
        foreach (var client in clients)
        {
            // Of two that have ended, the one that lived longer stays to be seen.
            var ended = client.StoredSecrets.OrderBy(secret => secret.ExpiresAt ?? DateTimeOffset.MaxValue).First();
            await TryAsync(() => secrets.RemoveAsync(client.Id, ended.Fingerprint, cancellation), failures, cancellation);
        }
    }

    /// <summary>The step that is reached and was not told; null if there is none.</summary>
    private static int? StepOf(ClientRegistration client, StoredSecret secret, DateTimeOffset now) =>
        secret.ExpiresAt is { } end && end > now && StoredSecret.AlertAt(end - now) is { } step && !(secret.AlertedDays <= step)
            && (!HasSuccessor(client, secret) || secret.LastUsedAt > now - Lately)
            ? step
            : null;

    private static bool HasSuccessor(ClientRegistration client, StoredSecret secret) =>
        client.StoredSecrets.Any(other => other.Fingerprint != secret.Fingerprint && !(other.ExpiresAt <= secret.ExpiresAt));

    private Task<bool> TellAsync(ClientRegistration client, StoredSecret secret, int step, CancellationToken cancellation) =>
        database.AllOrNothingAsync(
            async () =>
            {
                if (!await TryMarkAsync(client.Id, secret, step, cancellation))
                {
                    return false;
                }

                var about = new EndingSecret(
                    client.Id, client.Name, secret.Label ?? secret.Fingerprint, secret.ExpiresAt!.Value, secret.LastUsedAt,
                    HasSuccessor(client, secret));
                foreach (var person in await Readers(client.Id).ToListAsync(cancellation))
                {
                    mails.Tell(database, visit: null, person, MailTable.SecretEnding, about);
                }

                return true;
            },
            cancellation);

    /// <summary>True for the one node that tells, whichever place the secret has by now; false if it is gone or ends another day.</summary>
    private async Task<bool> TryMarkAsync(string clientId, StoredSecret secret, int step, CancellationToken cancellation)
    {
        var (hash, end) = (secret.Hash, secret.ExpiresAt);
        return await database.Clients
            .Where(row => row.Id == clientId && row.SecretHash == hash && row.SecretExpiresAt == end
                && (row.SecretAlertedDays == null || row.SecretAlertedDays > step))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.SecretAlertedDays, step), cancellation) == 1
            || await database.Clients
                .Where(row => row.Id == clientId && row.OtherSecretHash == hash && row.OtherSecretExpiresAt == end
                    && (row.OtherSecretAlertedDays == null || row.OtherSecretAlertedDays > step))
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.OtherSecretAlertedDays, step), cancellation) == 1;
    }

    private IQueryable<Person> Readers(string clientId) => database.Operators().Union(database.Users.Where(person =>
        person.DisabledAt == null
        && database.ManagedClients.Any(managed => managed.ClientId == clientId && managed.PersonId == person.Id)));
}
