using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Sso.Extensions.Host;

/// <summary>
/// The public keys of clients: from the registration, or fetched from their jwks_uri (RFC 7591 §2). An unknown key is asked for at once
/// (OIDC Core §10.1.1). Anonymous callers can name what they like, so each name is asked for once a minute, and a client's address at most
/// five times; after a failure the address is left alone for that minute.
/// </summary>
public sealed partial class ClientKeys(TimeProvider clock, ILogger<ClientKeys> log, IClientDocumentFetcher? documents = null)
{
    private static readonly TimeSpan Allowance = TimeSpan.FromMinutes(1);

    private const int MostFetches = 5;

    /// <summary>After this a set is asked for again: a key that a client withdrew must not count for long.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    /// <summary>How long a set still counts when it cannot be asked for again.</summary>
    private static readonly TimeSpan Stale = TimeSpan.FromHours(1);

    private static readonly string[] MediaTypes = ["application/json", "application/jwk-set+json"];

    private readonly ConcurrentDictionary<string, Fetched> _fetched = new(StringComparer.Ordinal);

    /// <summary>For callers that did not find what they look for among the known keys; null if there is nothing newer.</summary>
    public async Task<ClientKeySet?> RenewAsync(Client client, string? wanted, ClientKeySet? known, CancellationToken cancellation) =>
        client.JwksUri is not null && await RefetchAsync(client, wanted, cancellation) is { } renewed && !ReferenceEquals(renewed, known)
            ? renewed
            : null;

    /// <summary>All usable keys, as currently known; null if the client has none or they cannot be had.</summary>
    /// <param name="wanted">The name of the key to be looked for, counted as asked for if keys are fetched; null for any.</param>
    public async Task<ClientKeySet?> FindAsync(Client client, string? wanted, CancellationToken cancellation)
    {
        if (client.JwksUri is not { } uri)
        {
            return client.KeySet;
        }

        var fetched = EntryOf(client.Id, uri);
        return clock.GetUtcNow() - fetched.At <= Fresh ? fetched.Keys : await RefetchAsync(client, wanted, cancellation);
    }

    private async Task<ClientKeySet?> RefetchAsync(Client client, string? wanted, CancellationToken cancellation)
    {
        var entry = EntryOf(client.Id, client.JwksUri!);
        Task fetch;
        lock (entry)
        {
            // Callers that come while a fetch is under way wait for that one.
            if (entry.Running is null or { IsCompleted: true } && entry.Tries.MayFetch(wanted, clock.GetUtcNow()))
            {
                entry.Running = FetchAsync(client, entry);
            }

            fetch = entry.Running ?? Task.CompletedTask;
        }

        await fetch.WaitAsync(cancellation);
        return clock.GetUtcNow() - entry.At <= Stale ? entry.Keys : null;
    }

    /// <summary>It is not cancelled with the request that caused it: others wait for it, and it ends by itself.</summary>
    private async Task FetchAsync(Client client, Fetched entry)
    {
        var body = documents is null ? null : await documents.FetchAsync(client, entry.Uri, MediaTypes, CancellationToken.None);
        if (body is not null && ClientKeySet.Parse(Encoding.UTF8.GetString(body)) is { } keys)
        {
            (entry.Keys, entry.At) = (keys, clock.GetUtcNow());
            return;
        }

        entry.Tries.Failed(clock.GetUtcNow());
        if (body is not null)
        {
            Unusable(log, client.Id);
        }
    }

    /// <summary>A client whose address changed begins again, except that the limits of its minute stay.</summary>
    private Fetched EntryOf(string clientId, string uri) => _fetched.AddOrUpdate(
        clientId,
        _ => new Fetched(uri),
        (_, known) => known.Uri == uri ? known : new Fetched(uri) { Tries = known.Tries });

    [LoggerMessage(
        EventId = 1203,
        Level = LogLevel.Warning,
        Message = "What {Client} publishes at its jwks_uri is no key set that can be used")]
    private static partial void Unusable(ILogger log, string client);

    private sealed class Fetched(string uri)
    {
        public string Uri => uri;

        public ClientKeySet? Keys { get; set; }

        public DateTimeOffset? At { get; set; }

        public Tries Tries { get; init; } = new();

        public Task? Running { get; set; }
    }

    /// <summary>What was asked of a client's address in the last minute.</summary>
    private sealed class Tries
    {
        private readonly Lock _lock = new();
        private readonly List<(DateTimeOffset At, string? Wanted)> _recent = [];
        private DateTimeOffset? _failedAt;

        public void Failed(DateTimeOffset now)
        {
            lock (_lock)
            {
                _failedAt = now;
            }
        }

        /// <summary>True once for each name, which is then counted.</summary>
        public bool MayFetch(string? wanted, DateTimeOffset now)
        {
            lock (_lock)
            {
                _recent.RemoveAll(item => now - item.At >= Allowance);
                if (now - _failedAt < Allowance || _recent.Count >= MostFetches || _recent.Exists(item => item.Wanted == wanted))
                {
                    return false;
                }

                _recent.Add((now, wanted));
                return true;
            }
        }
    }
}
