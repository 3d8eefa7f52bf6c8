using System.Collections.Concurrent;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sso.Protocol.Clients;
using Sso.Protocol.Outgoing;
using Sso.Server.Outgoing;

namespace Sso.Server.ClientAuthentication;

/// <summary>
/// The public keys of clients: from the registration, or fetched from their jwks_uri (RFC 7591 §2). A client's address is asked at most once a minute, whatever
/// anonymous callers send, and a failure counts like an answer.
/// </summary>
public sealed partial class ClientKeys(OutgoingHttp outgoing, TimeProvider clock, ILogger<ClientKeys> log)
{
    private static readonly TimeSpan BetweenFetches = TimeSpan.FromMinutes(1);

    /// <summary>After this a set is asked for again: a key that a client withdrew must not count for long.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    /// <summary>How long a set still counts when it cannot be asked for again.</summary>
    private static readonly TimeSpan Stale = TimeSpan.FromHours(1);

    private static readonly string[] MediaTypes = ["application/json", "application/jwk-set+json"];
    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };

    private readonly ConcurrentDictionary<string, Fetched> _fetched = new(StringComparer.Ordinal);

    /// <summary>
    /// The token when a key of the client made its signature, else null. Times, audience, issuer and type are for the caller: each kind of token has rules of
    /// its own.
    /// </summary>
    /// <param name="algorithms">What is accepted; nothing where empty.</param>
    public async Task<JsonWebToken?> VerifyAsync(Client client, string jws, IReadOnlyCollection<string> algorithms, CancellationToken cancellation)
    {
        if (Read(jws) is not { } token || !algorithms.Contains(token.Alg, StringComparer.Ordinal))
        {
            return null;
        }

        var keyId = string.IsNullOrEmpty(token.Kid) ? null : token.Kid;
        var known = await KeysAsync(client, cancellation);
        if (await FirstThatSignedAsync(known, token, keyId, algorithms) is { } verified)
        {
            return verified;
        }

        // An unknown kid, or a replaced key that has none: the client may have new keys.
        return client.JwksUri is not null && await RefetchAsync(client, cancellation) is { } renewed && !ReferenceEquals(renewed, known)
            ? await FirstThatSignedAsync(renewed, token, keyId, algorithms)
            : null;
    }

    /// <summary>What a JWE for the client is encrypted to (RFC 7518 §4.1); null when it has no key for the algorithm.</summary>
    public async Task<JsonWebKey?> EncryptionKeyAsync(Client client, string algorithm, CancellationToken cancellation) =>
        (await KeysAsync(client, cancellation))?.ForEncryption(algorithm);

    /// <summary>All usable keys, as they are known now; null when the client has none or they cannot be had.</summary>
    public async Task<ClientKeySet?> KeysAsync(Client client, CancellationToken cancellation)
    {
        if (client.JwksUri is not { } uri)
        {
            return client.Jwks;
        }

        var fetched = EntryOf(client.Id, uri);
        return clock.GetUtcNow() - fetched.At <= Fresh ? fetched.Keys : await RefetchAsync(client, cancellation);
    }

    private async Task<ClientKeySet?> RefetchAsync(Client client, CancellationToken cancellation)
    {
        var entry = EntryOf(client.Id, client.JwksUri!);
        Task fetch;
        lock (entry)
        {
            // Whoever comes while one is on its way waits for that one.
            if (entry.Running is null or { IsCompleted: true } && !(clock.GetUtcNow() - entry.TriedAt < BetweenFetches))
            {
                entry.TriedAt = clock.GetUtcNow();
                entry.Running = FetchAsync(client.Id, entry, client.RegisteredBy);
            }

            fetch = entry.Running ?? Task.CompletedTask;
        }

        await fetch.WaitAsync(cancellation);
        return clock.GetUtcNow() - entry.At <= Stale ? entry.Keys : null;
    }

    /// <summary>Not cancelled with the request that caused it: others wait for it, and it ends by itself.</summary>
    private async Task FetchAsync(string clientId, Fetched entry, RegisteredBy by)
    {
        // Why a call failed is in the log already.
        if (await outgoing.FetchAsync(entry.Uri, MediaTypes, by, CancellationToken.None) is not { } body)
        {
            return;
        }

        if (ClientKeySet.Parse(Encoding.UTF8.GetString(body)) is { } keys)
        {
            (entry.Keys, entry.At) = (keys, clock.GetUtcNow());
        }
        else
        {
            Unusable(log, clientId);
        }
    }

    /// <summary>A client whose address changed begins anew, but for the minute.</summary>
    private Fetched EntryOf(string clientId, string uri) => _fetched.AddOrUpdate(
        clientId,
        _ => new Fetched(uri),
        (_, known) => known.Uri == uri ? known : new Fetched(uri) { TriedAt = known.TriedAt });

    private static async Task<JsonWebToken?> FirstThatSignedAsync(
        ClientKeySet? keys, JsonWebToken token, string? keyId, IReadOnlyCollection<string> algorithms)
    {
        foreach (var key in keys?.ForSignature(token.Alg, keyId) ?? [])
        {
            var result = await Handler.ValidateTokenAsync(token, new TokenValidationParameters
            {
                IssuerSigningKey = key,
                TryAllIssuerSigningKeys = true,
                ValidAlgorithms = algorithms,
                RequireSignedTokens = true,
                RequireExpirationTime = false,
                ValidateAudience = false,
                ValidateIssuer = false,
                ValidateLifetime = false,
            });
            if (result.IsValid)
            {
                return token;
            }
        }

        return null;
    }

    private static JsonWebToken? Read(string jws)
    {
        try
        {
            // RFC 7515 §4.1.11: we understand no extension.
            return new JsonWebToken(jws) is { IsEncrypted: false, IsSigned: true } token && !token.TryGetHeaderValue<object>("crit", out _) ? token : null;
        }
        catch (ArgumentException)
        {
            // Not three parts of base64url and JSON: SecurityTokenMalformedException is one of these.
            return null;
        }
    }

    [LoggerMessage(EventId = 1203, Level = LogLevel.Warning, Message = "What {Client} publishes at its jwks_uri is no key set that can be used")]
    private static partial void Unusable(ILogger log, string client);

    private sealed class Fetched(string uri)
    {
        public string Uri => uri;

        public ClientKeySet? Keys { get; set; }

        public DateTimeOffset? At { get; set; }

        public DateTimeOffset? TriedAt { get; set; }

        public Task? Running { get; set; }
    }
}
