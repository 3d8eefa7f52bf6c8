using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.Operations;
using Sso.Server.Operations;

namespace Sso.Server.SignIn;

/// <summary>
/// The waits and limits of sign-in, counted in rows before anything is tried: per account, per address, per second factor, per client.
/// </summary>
public sealed partial class Throttle(SsoDbContext database, LimitOptions limits, ServerMetrics metrics, TimeProvider clock, ILogger<Throttle> log)
{
    /// <summary>The window of <see cref="LimitOptions"/>: who has waited so long may ask again in any case.</summary>
    public static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan TenMinutes = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Failures of one address: 20 in 10 minutes, 100 in an hour, 10 different names in 10 minutes. Null when the attempt may be made.</summary>
    public async Task<TimeSpan?> ReserveAddressAsync(string address, string name, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (await database.TryReserveAsync([new(ShortKey(address), 20, TenMinutes), new(LongKey(address), 100, Hour)], now, cancellation) is { } wait)
        {
            return await AlertAsync("address", address, wait, cancellation);
        }

        var isNewName = await database.TryReserveAsync(NameKey(address, name), 1, TenMinutes, now, cancellation) is null;
        // Many names from one address: somebody sprays a password over accounts.
        return isNewName && await database.TryReserveAsync(NamesKey(address), 10, TenMinutes, now, cancellation) is { } sprayed
            ? await AlertAsync("names", address, sprayed, cancellation)
            : null;
    }

    /// <summary>The attempt was right: it does not count against the address.</summary>
    public async Task ReleaseAddressAsync(string address, string name, CancellationToken cancellation)
    {
        await database.ReleaseAsync(ShortKey(address), cancellation);
        await database.ReleaseAsync(LongKey(address), cancellation);
        // Once for each name that was counted, however many attempts under it were right at the same moment.
        if (await database.ForgetAsync(NameKey(address, name), cancellation))
        {
            await database.ReleaseAsync(NamesKey(address), cancellation);
        }
    }

    /// <summary>Consecutive password failures of one account; the same for a name that nobody has.</summary>
    public async Task<TimeSpan?> ReservePasswordAsync(string normalizedName, CancellationToken cancellation) =>
        Limited("password", await database.TryReserveWithBackoffAsync(PasswordKey(normalizedName), clock.GetUtcNow(), cancellation));

    public Task PasswordWasRightAsync(string normalizedName, CancellationToken cancellation) =>
        database.ForgetAsync(PasswordKey(normalizedName), cancellation);

    /// <summary>Wrong codes of one person over all factors and sessions: 10 in an hour.</summary>
    public async Task<TimeSpan?> ReserveCodeAsync(Guid personId, CancellationToken cancellation) =>
        Limited("code", await database.TryReserveAsync(CodeKey(personId), 10, Hour, clock.GetUtcNow(), cancellation));

    public Task CodeWasRightAsync(Guid personId, CancellationToken cancellation) => database.ReleaseAsync(CodeKey(personId), cancellation);

    /// <summary>Five tries of one challenge. It is never given back: the next challenge begins with a new proof, and so under another name.</summary>
    public async Task<bool> ReserveTryAsync(string challenge, CancellationToken cancellation) =>
        await database.TryReserveAsync(AttemptCounter.KeyOf("try", challenge), MessageChallenge.MaximumTries, Hour, clock.GetUtcNow(), cancellation) is null;

    /// <summary>Null where none was made yet.</summary>
    public async Task<int?> TriesLeftAsync(string challenge, CancellationToken cancellation)
    {
        var key = AttemptCounter.KeyOf("try", challenge);
        var made = await database.AttemptCounters.AsNoTracking().Where(counter => counter.Key == key)
            .Select(counter => (int?)counter.Count).SingleOrDefaultAsync(cancellation);
        return made is { } count ? Math.Max(MessageChallenge.MaximumTries - count, 0) : null;
    }

    /// <summary>True once for each challenge: of many wrong codes at one moment only one tells its owner.</summary>
    public async Task<bool> ReserveVoidAsync(string challenge, CancellationToken cancellation) =>
        await database.TryReserveAsync(AttemptCounter.KeyOf("void", challenge), 1, Hour, clock.GetUtcNow(), cancellation) is null;

    /// <summary>A code that came to its end is followed by one other, so that a double click sends once.</summary>
    /// <param name="former">The latest challenge of this session for this recipient.</param>
    public async Task<bool> ReserveNewTextAsync(Guid sessionId, Guid recipientId, Guid? former, CancellationToken cancellation) =>
        await database.TryReserveAsync(
            AttemptCounter.KeyOf("new-text", $"{sessionId:N}/{recipientId:N}/{former:N}"), 1, TimeSpan.FromSeconds(30), clock.GetUtcNow(), cancellation) is null;

    /// <summary>Codes by mail: 5 an hour and 10 a day for one person, 10 an hour from one address.</summary>
    public async Task<TimeSpan?> ReserveMailCodeAsync(Guid personId, string address, CancellationToken cancellation)
    {
        var (now, person) = (clock.GetUtcNow(), personId.ToString("N"));
        return await database.TryReserveAsync(
            [
                new(AttemptCounter.KeyOf("mail-code-address", address), 10, Hour), new(AttemptCounter.KeyOf("mail-code-hour", person), 5, Hour),
                new(AttemptCounter.KeyOf("mail-code-day", person), 10, TimeSpan.FromDays(1)),
            ], now, cancellation);
    }

    /// <summary>Requests that an address has us keep (<see cref="LimitOptions.Pushes"/>). Here and below: null when reserved, else the wait.</summary>
    public Task<TimeSpan?> ReservePushAsync(string address, CancellationToken cancellation) => ReserveAsync("push", address, limits.Pushes, Minute, cancellation);

    /// <summary>Calls that an address has us make (<see cref="LimitOptions.Fetches"/>).</summary>
    public Task<TimeSpan?> ReserveFetchAsync(string address, CancellationToken cancellation) => ReserveAsync("fetch", address, limits.Fetches, Minute, cancellation);

    /// <summary>Proofs that an address has us remember (<see cref="LimitOptions.Proofs"/>).</summary>
    public Task<TimeSpan?> ReserveProofAsync(string address, CancellationToken cancellation) => ReserveAsync("proof", address, limits.Proofs, Minute, cancellation);

    /// <summary>Devices that ask in the name of public clients: 60 from one address in a minute.</summary>
    public Task<TimeSpan?> ReserveDeviceAsync(string address, CancellationToken cancellation) => ReserveAsync("device", address, 60, Minute, cancellation);

    /// <summary>Backchannel requests for one person, or for one name that nobody has: 10 in an hour, whoever asks.</summary>
    public Task<TimeSpan?> ReserveAskingAsync(string who, CancellationToken cancellation) => ReserveAsync("ciba-person", who, 10, Hour, cancellation);

    /// <summary>Names that nobody has: 30 of one client in an hour, so that it cannot learn who has an account.</summary>
    public Task<TimeSpan?> ReserveUnknownAsync(string clientId, CancellationToken cancellation) => ReserveAsync("ciba-unknown", clientId, 30, Hour, cancellation);

    /// <summary>Mails about backchannel requests: 3 an hour for one person; the others wait in the account area.</summary>
    public async Task<bool> ReserveAskedMailAsync(Guid personId, CancellationToken cancellation) =>
        await database.TryReserveAsync(AttemptCounter.KeyOf("ciba-mail", personId.ToString("N")), 3, Hour, clock.GetUtcNow(), cancellation) is null;

    /// <summary>Wrong user codes: 5 from one address in 10 minutes (RFC 8628 §5.1). Null when the attempt may be made.</summary>
    public async Task<TimeSpan?> ReserveUserCodeAsync(string address, CancellationToken cancellation) =>
        Limited("user-code", await database.TryReserveAsync(UserCodeKey(address), 5, TenMinutes, clock.GetUtcNow(), cancellation));

    public Task UserCodeWasRightAsync(string address, CancellationToken cancellation) => database.ReleaseAsync(UserCodeKey(address), cancellation);

    /// <summary>Applications that register themselves without a token: 10 from one address in an hour.</summary>
    public Task<TimeSpan?> ReserveRegistrationAsync(string address, CancellationToken cancellation) => ReserveAsync("register", address, 10, Hour, cancellation);

    /// <summary>Wrong client credentials: 10 per client and address in a minute.</summary>
    public Task<TimeSpan?> ReserveClientAsync(string clientAtAddress, CancellationToken cancellation) => ReserveAsync("client", clientAtAddress, 10, Minute, cancellation);

    private async Task<TimeSpan?> ReserveAsync(string kind, string who, int limit, TimeSpan window, CancellationToken cancellation) =>
        Limited(kind, await database.TryReserveAsync(AttemptCounter.KeyOf(kind, who), limit, window, clock.GetUtcNow(), cancellation));

    /// <summary>Operators hear of it once for each address and hour, by an event and a line in the log.</summary>
    private async Task<TimeSpan?> AlertAsync(string limit, string address, TimeSpan wait, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (await database.TryReserveAsync(AttemptCounter.KeyOf("address-alert", $"{limit}@{address}"), 1, Hour, now, cancellation) is null)
        {
            database.SecurityEvents.Add(SecurityEvent.AddressLimited(now, limit));
            await database.SaveChangesAsync(cancellation);
            AddressLimited(log, address, limit);
        }

        return Limited(limit, wait);
    }

    private TimeSpan? Limited(string limit, TimeSpan? wait)
    {
        if (wait is not null)
        {
            metrics.CountLimited(limit);
        }

        return wait;
    }

    [LoggerMessage(EventId = 1111, Level = LogLevel.Warning, Message = "Sign-ins from {Address} are stopped by the limit {Limit}: somebody may be guessing passwords")]
    private static partial void AddressLimited(ILogger log, string address, string limit);

    private static byte[] ShortKey(string address) => AttemptCounter.KeyOf("address-10m", address);

    private static byte[] LongKey(string address) => AttemptCounter.KeyOf("address-1h", address);

    private static byte[] NameKey(string address, string name) => AttemptCounter.KeyOf("address-name", address + "/" + name);

    private static byte[] NamesKey(string address) => AttemptCounter.KeyOf("address-names", address);

    private static byte[] UserCodeKey(string address) => AttemptCounter.KeyOf("user-code", address);

    private static byte[] PasswordKey(string normalizedName) => AttemptCounter.KeyOf("password", normalizedName);

    private static byte[] CodeKey(Guid personId) => AttemptCounter.KeyOf("second-factor", personId.ToString("N"));
}
