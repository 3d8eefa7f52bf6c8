using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Clients;
using Sso.Data.Grants;
using Sso.Data.Operations;
using Sso.Protocol;
using Sso.Protocol.Clients;

namespace Sso.Admin.Clients;

/// <summary>Gives a client a second secret, and removes one of two: so a secret can be changed without an outage.</summary>
/// <param name="secrets">Null if the key of the database is not at hand; only client_secret_jwt needs it.</param>
public sealed class RotateSecret(SsoDbContext database, TimeProvider clock, SealedSecrets? secrets = null)
{
    /// <summary>The new secret, which exists only in this answer. Both are valid until one is removed.</summary>
    public async Task<Result<ClientAdded, Refusal>> AddAsync(string clientId, CancellationToken cancellation)
    {
        if (await database.Clients.SingleOrDefaultAsync(row => row.Id == clientId, cancellation) is not { } client)
        {
            return ShowClient.NotFound(clientId);
        }

        if (!client.AuthenticationMethod.IsBySecret())
        {
            return WithoutSecret(client);
        }

        if (client.OtherSecretHash is not null)
        {
            return Refusal.Invalid(
                new FieldProblem(
                    "client_id", $"The client '{clientId}' has two secrets already.",
                    $"Take the older one away: sso client secret remove {clientId}"));
        }

        var secret = ClientSecret.New();
        client.OtherSecretHash = ClientSecret.HashOf(secret);
        client.OtherSealedSecret = client.SealedSecret is null ? null : await secrets!.SealAsync(clientId, secret, cancellation);
        await SaveAsync(client, "secret added", cancellation);
        return new ClientAdded(ClientView.Of(client), secret, []);
    }

    /// <summary>Removes the older of two secrets, or the newer.</summary>
    public async Task<Result<ClientView, Refusal>> RemoveAsync(string clientId, bool newer, CancellationToken cancellation)
    {
        if (await database.Clients.SingleOrDefaultAsync(row => row.Id == clientId, cancellation) is not { } client)
        {
            return ShowClient.NotFound(clientId);
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
        await SaveAsync(client, "secret removed", cancellation);
        return ClientView.Of(client);
    }

    /// <summary>
    /// Somebody else may have the secrets: all of them end at once, with everything that the client was given, and a new one, which exists
    /// only in this answer, takes their place.
    /// </summary>
    public async Task<Result<ClientAdded, Refusal>> ReplaceAsync(string clientId, CancellationToken cancellation)
    {
        if (await database.Clients.SingleOrDefaultAsync(row => row.Id == clientId, cancellation) is not { } client)
        {
            return ShowClient.NotFound(clientId);
        }

        if (!client.AuthenticationMethod.IsBySecret())
        {
            return WithoutSecret(client);
        }

        var secret = ClientSecret.New();
        (client.SecretHash, client.SecretExpiresAt) = (ClientSecret.HashOf(secret), null);
        client.SealedSecret = client.SealedSecret is null ? null : await secrets!.SealAsync(clientId, secret, cancellation);
        (client.OtherSecretHash, client.OtherSecretExpiresAt, client.OtherSealedSecret) = (null, null, null);
        await database.AllOrNothingAsync(async () =>
        {
            await SaveAsync(client, "secrets compromised", cancellation);
            await database.RevokeOfClientAsync(clientId, "secrets compromised", clock.GetUtcNow(), cancellation);
        }, cancellation);
        return new ClientAdded(ClientView.Of(client), secret, []);
    }

    private static Refusal WithoutSecret(ClientRegistration client) => Refusal.Invalid(
        new FieldProblem(
            "client_id", $"The client '{client.Id}' has no secret: it uses {client.AuthenticationMethod.Name()}.",
            "Change its keys instead."));

    private Task SaveAsync(ClientRegistration client, string what, CancellationToken cancellation) => database.AllOrNothingAsync(async () =>
    {
        var now = clock.GetUtcNow();
        database.SecurityEvents.Add(SecurityEvent.ClientChanged(now, client.Id, what, changes: null));
        await database.SaveChangesAsync(cancellation);
        await database.RaiseClientsVersionAsync(cancellation);
    }, cancellation);
}
