using System.Collections.Immutable;
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
    /// <summary>The new secret, which exists only in this answer. Both are valid until one is removed.</summary>
    public Task<Result<ClientAdded, Refusal>> AddAsync(string clientId, CancellationToken cancellation) =>
        AddAsync(clientId, _ => null, cancellation);

    /// <param name="clientId">Whose secret it will be.</param>
    /// <param name="refuse">Why the registration as it is gets none; null if it does.</param>
    /// <param name="cancellation">Stops before anything was written.</param>
    public async Task<Result<ClientAdded, Refusal>> AddAsync(
        string clientId, Func<ClientView, Refusal?> refuse, CancellationToken cancellation)
    {
        var made = await MakeAsync(clientId, cancellation);
        return await AloneAsync<ClientAdded>(
            clientId,
            client =>
            {
                if ((refuse(ClientView.Of(client)) ?? FlawOf(client, made)) is { } flaw)
                {
                    return flaw;
                }

                if (client.OtherSecretHash is not null)
                {
                    return Refusal.Invalid(
                        new FieldProblem(
                            "client_id", $"The client '{clientId}' has two secrets already.",
                            $"Take the older one away: sso client secret remove {clientId}"));
                }

                (client.OtherSecretHash, client.OtherSealedSecret) = (ClientSecret.HashOf(made.Secret), made.Sealed);
                Record(client, "secret added");
                return new ClientAdded(ClientView.Of(client), made.Secret, []);
            },
            cancellation);
    }

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

                (client.SecretHash, client.SecretExpiresAt, client.SealedSecret) = (ClientSecret.HashOf(made.Secret), null, made.Sealed);
                (client.OtherSecretHash, client.OtherSecretExpiresAt, client.OtherSealedSecret) = (null, null, null);
                Record(client, "secrets compromised");
                var now = clock.GetUtcNow();
                client.EndOwnTokens(now);
                await database.RevokeOfClientAsync(clientId, "secrets compromised", now, cancellation);
                return new ClientAdded(ClientView.Of(client), made.Secret, []);
            },
            cancellation);
    }

    private Task<Result<ClientView, Refusal>> RemoveAsync(
        string clientId, Func<ClientRegistration, bool?> isNewer, CancellationToken cancellation) => AloneAsync<ClientView>(
        clientId,
        client =>
        {
            if (isNewer(client) is not { } newer)
            {
                return Changed(clientId);
            }

            if (client.OtherSecretHash is null)
            {
                return Refusal.Invalid(
                    new FieldProblem(
                        "client_id", $"The client '{clientId}' has only one secret.",
                        $"Give it another first: sso client secret add {clientId}"));
            }

            if (!newer)
            {
                (client.SecretHash, client.SecretExpiresAt, client.SealedSecret) =
                    (client.OtherSecretHash, client.OtherSecretExpiresAt, client.OtherSealedSecret);
            }

            (client.OtherSecretHash, client.OtherSecretExpiresAt, client.OtherSealedSecret) = (null, null, null);
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

    private static Refusal Changed(string clientId) =>
        Refusal.Taken("client_id", $"The secrets of '{clientId}' were changed at this moment.", "Look at them and try again.");

    private void Record(ClientRegistration client, string what) =>
        database.SecurityEvents.Add(SecurityEvent.ClientChanged(clock.GetUtcNow(), client.Id, what, changes: null));
}

/// <summary>A secret as operators see it, who never see the secret.</summary>
/// <param name="Fingerprint">Which of the secrets of its client it is.</param>
/// <param name="ExpiresAt">Null for one that does not end.</param>
public sealed record SecretView(string Fingerprint, DateTimeOffset? ExpiresAt)
{
    /// <summary>The older first.</summary>
    internal static ImmutableArray<SecretView> AllOf(ClientRegistration client) =>
    [
        .. client.SecretHash is null
            ? []
            : (ReadOnlySpan<SecretView>)[new(ClientSecret.FingerprintOf(client.SecretHash), client.SecretExpiresAt)],
        .. client.OtherSecretHash is null
            ? []
            : (ReadOnlySpan<SecretView>)[new(ClientSecret.FingerprintOf(client.OtherSecretHash), client.OtherSecretExpiresAt)],
    ];
}
