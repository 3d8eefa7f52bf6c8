using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Clients;
using Sso.Server.Http;
using Sso.Server.Operations;

namespace Sso.Server.Keys;

/// <summary>
/// From where the back ends of confidential clients ask, and when the key set was fetched from there, see <see cref="BackendAddress"/>.
/// Anybody may fetch it: that of an address from where no client asks is remembered for ten minutes, since many fetch before they ask for
/// the first time, and nowhere written. No more addresses are remembered than a flood may fill.
/// </summary>
internal sealed partial class KeySetFetches(
    IDbContextFactory<SsoDbContext> contexts, SigningKeyRing keys, ServerMetrics metrics, TimeProvider clock, ILogger<KeySetFetches> log)
    : WrittenLater(clock)
{
    /// <summary>Addresses of each kind in memory.</summary>
    public const int MostAddresses = 10_000;

    private static readonly TimeSpan StrangersKept = TimeSpan.FromMinutes(10);

    /// <summary>How often a node reads what the others have learned, while somebody whom it does not know fetches.</summary>
    private static readonly TimeSpan Reading = TimeSpan.FromMinutes(2);

    /// <summary>A fetch that is not written yet is noted anew after so long.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<Backend, Request> _requests = new();
    private readonly ConcurrentDictionary<string, Fetch> _fetches = new(StringComparer.Ordinal);
    private ConcurrentDictionary<string, byte> _known = new(StringComparer.Ordinal);
    private int _requestsNoted;
    private int _fetchesNoted;
    private DateTimeOffset _nextReading;

    /// <summary>When the newest key of the current key set was made.</summary>
    public DateTimeOffset? NewestKeyAt => keys.NewestMadeAt;

    /// <param name="http">In which the client has proved itself.</param>
    /// <param name="clientId">Of a confidential client.</param>
    public void NoteRequest(HttpContext http, string clientId)
    {
        if (ClientAddress.Own(http) is not { } address)
        {
            return;
        }

        var (backend, now) = (new Backend(clientId, address), Clock.GetUtcNow());
        if (_requests.TryGetValue(backend, out var last) ? now - last.At >= BackendAddress.Interval : HasRoom(ref _requestsNoted))
        {
            _requests[backend] = new(now, IsWritten: false);
        }
    }

    /// <param name="http">Which was answered with the key set.</param>
    /// <param name="newestKeyAt">As it was before the answer; null if there was none.</param>
    public void NoteFetch(HttpContext http, DateTimeOffset? newestKeyAt)
    {
        if (newestKeyAt is not { } newest || ClientAddress.Own(http) is not { } address)
        {
            return;
        }

        var now = Clock.GetUtcNow();
        if (_fetches.TryGetValue(address, out var last)
            ? newest > last.NewestKeyAt || now - last.At >= (last.IsWritten ? BackendAddress.Interval : Pace)
            : _known.ContainsKey(address) || HasRoom(ref _fetchesNoted))
        {
            _fetches[address] = new(now, newest, IsWritten: false);
        }
    }

    public override async Task WriteAsync(CancellationToken cancellation)
    {
        Forget();
        var requests = _requests.Where(request => !request.Value.IsWritten).ToList();
        var fetches = _fetches.Where(fetch => !fetch.Value.IsWritten).ToList();
        if (requests.Count + fetches.Count == 0)
        {
            return;
        }

        await using var database = await contexts.CreateDbContextAsync(cancellation);
        foreach (var (backend, request) in requests)
        {
            await WriteAsync(database, backend, request.At, cancellation);
            _requests.TryUpdate(backend, request with { IsWritten = true }, request);
        }

        if (fetches.Exists(fetch => !_known.ContainsKey(fetch.Key)) && Clock.GetUtcNow() >= _nextReading)
        {
            var read = await database.BackendAddresses.Select(row => row.Address).Distinct().ToListAsync(cancellation);
            _known = new(read.Select(address => KeyValuePair.Create(address, default(byte))), StringComparer.Ordinal);
            _nextReading = Clock.GetUtcNow() + Reading;
        }

        foreach (var (address, fetch) in fetches.Where(fetch => _known.ContainsKey(fetch.Key)))
        {
            await WriteAsync(database, address, fetch, cancellation);
            _fetches.TryUpdate(address, fetch with { IsWritten = true }, fetch);
        }
    }

    protected override void Report(Exception exception) => NotWritten(log, exception);

    private bool HasRoom(ref int noted)
    {
        if (Volatile.Read(ref noted) < MostAddresses)
        {
            // Some may be counted twice at the same moment: each round counts anew.
            Interlocked.Increment(ref noted);
            return true;
        }

        metrics.CountUnnoted();
        return false;
    }

    /// <summary>What would be noted anew anyway, and strangers.</summary>
    private void Forget()
    {
        var now = Clock.GetUtcNow();
        foreach (var entry in _requests.Where(entry => entry.Value.IsWritten && now - entry.Value.At >= BackendAddress.Interval))
        {
            // Only as it was read: it may be noted again at this moment.
            _requests.TryRemove(entry);
        }

        foreach (var entry in _fetches.Where(entry =>
            now - entry.Value.At >= (entry.Value.IsWritten ? BackendAddress.Interval : StrangersKept)
            && (entry.Value.IsWritten || !_known.ContainsKey(entry.Key))))
        {
            _fetches.TryRemove(entry);
        }

        (_requestsNoted, _fetchesNoted) = (_requests.Count, _fetches.Count);
    }

    private async Task WriteAsync(SsoDbContext database, Backend backend, DateTimeOffset at, CancellationToken cancellation)
    {
        var known = at - BackendAddress.Interval;
        var rows = database.BackendAddresses.Where(row => row.ClientId == backend.ClientId);
        if (await rows.Where(row => row.Address == backend.Address && row.LastRequestAt <= known)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastRequestAt, at), cancellation) == 0)
        {
            var all = await rows.OrderByDescending(row => row.LastRequestAt).Select(row => new { row.Address, row.LastRequestAt })
                .ToListAsync(cancellation);
            // Otherwise another node was first.
            if (all.TrueForAll(row => row.Address != backend.Address))
            {
                if (!await database.Clients.AnyAsync(client => client.Id == backend.ClientId, cancellation))
                {
                    // Removed since it asked.
                    return;
                }

                if (all.Count >= BackendAddress.Most && all[BackendAddress.Most - 1].LastRequestAt > known)
                {
                    // From so many at once that none is the one from which it fetches.
                    metrics.CountUnnoted();
                    return;
                }

                var over = all.Skip(BackendAddress.Most - 1).Select(row => row.Address).ToList();
                if (over.Count > 0)
                {
                    await rows.Where(row => over.Contains(row.Address)).ExecuteDeleteAsync(cancellation);
                }

                // Also what another client there has fetched, by whichever node: who has the address has the keys.
                var fetch = _fetches.GetValueOrDefault(backend.Address);
                var there = await database.BackendAddresses.Where(row => row.Address == backend.Address)
                    .Select(row => new { row.FetchedAt, row.NewestKeyAt }).ToListAsync(cancellation);
                await database.TryInsertAsync(
                    new BackendAddress
                    {
                        ClientId = backend.ClientId,
                        Address = backend.Address,
                        FirstRequestAt = at,
                        LastRequestAt = at,
                        FetchedAt = there.Select(row => row.FetchedAt).Append(fetch?.At).Max(),
                        NewestKeyAt = there.Select(row => row.NewestKeyAt).Append(fetch?.NewestKeyAt).Max(),
                    },
                    cancellation);
                database.ChangeTracker.Clear();
            }
        }

        _known.TryAdd(backend.Address, default);
    }

    /// <summary>For every client that asks from there.</summary>
    private static async Task WriteAsync(SsoDbContext database, string address, Fetch fetch, CancellationToken cancellation)
    {
        var ((at, newest, _), known) = (fetch, fetch.At - BackendAddress.Interval);
        await database.BackendAddresses
            .Where(row => row.Address == address
                && (row.FetchedAt == null || row.FetchedAt <= known || row.NewestKeyAt == null || row.NewestKeyAt < newest))
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.FetchedAt, row => row.FetchedAt > at ? row.FetchedAt : at)
                    .SetProperty(row => row.NewestKeyAt, row => row.NewestKeyAt > newest ? row.NewestKeyAt : newest),
                cancellation);
    }

    [LoggerMessage(EventId = 1122, Level = LogLevel.Warning, Message = "Who has fetched the key set is not written yet")]
    private static partial void NotWritten(ILogger log, Exception exception);

    private readonly record struct Backend(string ClientId, string Address);

    private sealed record Request(DateTimeOffset At, bool IsWritten);

    private sealed record Fetch(DateTimeOffset At, DateTimeOffset NewestKeyAt, bool IsWritten);
}
