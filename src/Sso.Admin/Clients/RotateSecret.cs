using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Clients;
using Sso.Data.Grants;
using Sso.Data.Operations;
using Sso.Protocol;
using Sso.Protocol.Clients;

namespace Sso.Admin.Clients;

/// <summary>
/// Gives a client a second secret, and removes one of two: so a secret can be changed without an outage. Each act reads, checks and writes
/// while it alone may change registrations, so that of two at once the second sees what the first did.
/// </summary>
/// <param name="secrets">Null if the key of the database is not at hand; only client_secret_jwt needs it.</param>
public sealed class RotateSecret(SsoDbContext database, TimeProvider clock, SealedSecrets? secrets = null)
{
    public const int MostHours = 24 * 366;

    /// <summary>The new secret, which exists only in this answer. Both are valid until one is removed.</summary>
    public Task<Result<ClientAdded, Refusal>> AddAsync(string clientId, NewSecret wanted, CancellationToken cancellation) =>
        AddAsync(clientId, wanted, _ => null, cancellation);

    /// <param name="clientId">Whose secret it will be.</param>
    /// <param name="wanted">What is said of it.</param>
    /// <param name="refuse">Why the registration as it is gets none; null if it does.</param>
    /// <param name="cancellation">Stops before anything was written.</param>
    public async Task<Result<ClientAdded, Refusal>> AddAsync(
        string clientId, NewSecret wanted, Func<ClientView, Refusal?> refuse, CancellationToken cancellation)
    {
        if (wanted.FindFlaw() is { } refused)
        {
            return refused;
        }

        var made = await MakeAsync(clientId, cancellation);
        return await AloneAsync<ClientAdded>(
            clientId,
            client =>
            {
                if ((refuse(ClientView.Of(client)) ?? FlawOf(client, made)) is { } flaw)
                {
                    return flaw;
                }

                var now = clock.GetUtcNow();
                // One that has ended makes room for another, unless it is the only one: then its end is still to be seen.
                if (client.StoredSecrets.ToList() is [_, _] two)
                {
                    if (two.FindIndex(secret => secret.HasEnded(now)) is >= 0 and var ended)
                    {
                        (client.FirstSecret, client.SecondSecret) = (two[1 - ended], null);
                    }
                    else
                    {
                        return Refusal.Invalid(
                            new FieldProblem(
                                "client_id", $"The client '{clientId}' has two secrets already.",
                                $"Take the older one away: sso client secret remove {clientId}"));
                    }
                }

                client.SecondSecret = wanted.Store(made.Secret, made.Sealed, now);
                Record(client, "secret added");
                return new ClientAdded(ClientView.Of(client), made.Secret, [.. wanted.Doubts()]);
            },
            cancellation);
    }

    /// <summary>
    /// Lets one of two secrets end after a while, so that what still uses it has time, or at once. One that ends sooner by itself is left
    /// at that.
    /// </summary>
    /// <param name="clientId">Whose secret it is.</param>
    /// <param name="fingerprint">As <see cref="SecretView"/> has it.</param>
    /// <param name="hours">From now on; 0 takes it away.</param>
    /// <param name="cancellation">Stops before anything was written.</param>
    public async Task<Result<ClientView, Refusal>> RetireAsync(
        string clientId, string? fingerprint, int hours, CancellationToken cancellation) =>
        FlawOf(hours) is { } flaw ? flaw
        : hours == 0 ? await RemoveAsync(clientId, fingerprint, cancellation)
        : await RetireAsync(clientId, _ => fingerprint, TimeSpan.FromHours(hours), cancellation);

    /// <summary>The older of two secrets, or the newer.</summary>
    public async Task<Result<ClientView, Refusal>> RetireAsync(
        string clientId, bool newer, int hours, CancellationToken cancellation) =>
        FlawOf(hours) is { } flaw ? flaw
        : hours == 0 ? await RemoveAsync(clientId, newer, cancellation)
        : await RetireAsync(
            clientId, client => (newer ? client.SecondSecret : client.FirstSecret)?.Fingerprint, TimeSpan.FromHours(hours), cancellation);

    /// <summary>Removes the older of two secrets, or the newer.</summary>
    public Task<Result<ClientView, Refusal>> RemoveAsync(string clientId, bool newer, CancellationToken cancellation) =>
        RemoveAsync(clientId, _ => newer, cancellation);

    /// <summary>Removes one of two secrets by its own mark, whatever happened since somebody read it.</summary>
    /// <param name="clientId">Whose secret it is.</param>
    /// <param name="fingerprint">As <see cref="SecretView"/> has it.</param>
    /// <param name="cancellation">Stops before anything was written.</param>
    public Task<Result<ClientView, Refusal>> RemoveAsync(string clientId, string? fingerprint, CancellationToken cancellation) =>
        RemoveAsync(
            clientId,
            client => SecretView.AllOf(client).ToList().FindIndex(secret => secret.Fingerprint == fingerprint) switch
            {
                0 => false,
                1 => true,
                _ => null,
            },
            cancellation);

    /// <summary>
    /// Somebody else may have the secrets: all of them end at once, with everything that the client was given, and a new one, which exists
    /// only in this answer, takes their place.
    /// </summary>
    /// <param name="clientId">Whose secrets they are.</param>
    /// <param name="seen">The fingerprints of those that are meant: nothing ends if it has others by now. Null means any.</param>
    /// <param name="cancellation">Stops before anything was written.</param>
    public async Task<Result<ClientAdded, Refusal>> ReplaceAsync(
        string clientId, IReadOnlyCollection<string>? seen, CancellationToken cancellation)
    {
        var made = await MakeAsync(clientId, cancellation);
        return await AloneAsync<ClientAdded>(
            clientId,
            async client =>
            {
                if (FlawOf(client, made) is { } flaw)
                {
                    return flaw;
                }

                if (seen is not null && !SecretView.AllOf(client).Select(secret => secret.Fingerprint).ToHashSet().SetEquals(seen))
                {
                    return Changed(clientId);
                }

                var now = clock.GetUtcNow();
                var anew = new NewSecret { Label = client.StoredSecrets.LastOrDefault()?.Label };
                (client.FirstSecret, client.SecondSecret) = (anew.Store(made.Secret, made.Sealed, now), null);
                Record(client, "secrets compromised");
                client.EndOwnTokens(now);
                await database.RevokeOfClientAsync(clientId, "secrets compromised", now, cancellation);
                return new ClientAdded(ClientView.Of(client), made.Secret, []);
            },
            cancellation);
    }

    private Task<Result<ClientView, Refusal>> RetireAsync(
        string clientId, Func<ClientRegistration, string?> find, TimeSpan after, CancellationToken cancellation) => AloneAsync<ClientView>(
        clientId,
        client =>
        {
            var fingerprint = find(client);
            var now = clock.GetUtcNow();
            var end = now + after;
            if (client.StoredSecrets.FirstOrDefault(secret => secret.Fingerprint == fingerprint) is not { } meant)
            {
                return Changed(clientId);
            }

            if (!client.StoredSecrets.Any(secret => secret.Fingerprint != fingerprint && !(secret.ExpiresAt <= end)))
            {
                return NoOther(clientId);
            }

            if (meant.ExpiresAt <= end)
            {
                return ClientView.Of(client);
            }

            // Whoever says so knows of the end: only a later step before it is news.
            var retired = meant with { ExpiresAt = end, AlertedDays = StoredSecret.AlertAt(after) };
            if (client.FirstSecret!.Fingerprint == fingerprint)
            {
                client.FirstSecret = retired;
            }
            else
            {
                client.SecondSecret = retired;
            }

            database.SecurityEvents.Add(SecurityEvent.ClientChanged(
                now, client.Id, "secret to end", RecordedChanges.Of(("secret_expires_at", meant.ExpiresAt, end))));
            return ClientView.Of(client);
        },
        cancellation);

    private Task<Result<ClientView, Refusal>> RemoveAsync(
        string clientId, Func<ClientRegistration, bool?> isNewer, CancellationToken cancellation) => AloneAsync<ClientView>(
        clientId,
        client =>
        {
            if (isNewer(client) is not { } newer)
            {
                return Changed(clientId);
            }

            if (client.StoredSecrets.ToList() is not [var older, var later])
            {
                return NoOther(clientId);
            }

            // One that has ended keeps nobody in: the other is then as good as the only one.
            var (gone, stays) = newer ? (later, older) : (older, later);
            if (stays.HasEnded(clock.GetUtcNow()) && !gone.HasEnded(clock.GetUtcNow()))
            {
                return NoOther(clientId);
            }

            (client.FirstSecret, client.SecondSecret) = (stays, null);
            Record(client, "secret removed");
            return ClientView.Of(client);
        },
        cancellation);

    /// <summary>All acts on registrations wait for the raised version, so what is read after it cannot change before the end.</summary>
    private Task<Result<T, Refusal>> AloneAsync<T>(
        string clientId, Func<ClientRegistration, Task<Result<T, Refusal>>> act, CancellationToken cancellation)
        where T : class => database.AllOrNothingAsync<T>(
        async () =>
        {
            await database.RaiseClientsVersionAsync(cancellation);
            return await database.Clients.SingleOrDefaultAsync(row => row.Id == clientId, cancellation) is { } client
                ? await act(client)
                : ShowClient.NotFound(clientId);
        },
        cancellation);

    private Task<Result<T, Refusal>> AloneAsync<T>(
        string clientId, Func<ClientRegistration, Result<T, Refusal>> act, CancellationToken cancellation)
        where T : class => AloneAsync<T>(clientId, client => Task.FromResult(act(client)), cancellation);

    /// <summary>Sealed before the transaction, because the first use of a key may have to write it.</summary>
    private async Task<(string Secret, byte[]? Sealed)> MakeAsync(string clientId, CancellationToken cancellation)
    {
        var secret = ClientSecret.New();
        var isSealed = await database.Clients.AnyAsync(row => row.Id == clientId && row.SealedSecret != null, cancellation);
        return (secret, isSealed ? await secrets!.SealAsync(clientId, secret, cancellation) : null);
    }

    private static Refusal? FlawOf(ClientRegistration client, (string Secret, byte[]? Sealed) made) => client switch
    {
        _ when !client.AuthenticationMethod.IsBySecret() => Refusal.Invalid(
            new FieldProblem(
                "client_id", $"The client '{client.Id}' has no secret: it uses {client.AuthenticationMethod.Name()}.",
                "Change its keys instead.")),
        _ when (client.SealedSecret is null) != (made.Sealed is null) => Changed(client.Id),
        _ => null,
    };

    private static Refusal? FlawOf(int hours) => hours is < 0 or > MostHours
        ? Refusal.Invalid(
            new FieldProblem("hours", $"A secret ends after 0 to {MostHours} hours.", "Give the time that its application needs."))
        : null;

    private static Refusal NoOther(string clientId) => Refusal.Invalid(
        new FieldProblem(
            "client_id", $"The client '{clientId}' has no other secret that works.",
            $"Give it another first: sso client secret add {clientId}"));

    private static Refusal Changed(string clientId) =>
        Refusal.Taken("client_id", $"The secrets of '{clientId}' were changed at this moment.", "Look at them and try again.");

    private void Record(ClientRegistration client, string what) =>
        database.SecurityEvents.Add(SecurityEvent.ClientChanged(clock.GetUtcNow(), client.Id, what, changes: null));
}
