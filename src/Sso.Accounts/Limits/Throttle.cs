using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.Operations;

namespace Sso.Accounts.Limits;

/// <summary>
/// Keeps the limits of <see cref="LimitTable"/>, counted in rows before anything is tried. A reservation is null if it was made, otherwise
/// the time to wait.
/// </summary>
public sealed partial class Throttle(
    SsoDbContext database, LimitTable limits, LimitMetrics metrics, TimeProvider clock, ILogger<Throttle> log)
{
    /// <summary>The window of <see cref="LimitOptions"/>: whoever has waited this long may ask again in any case.</summary>
    public static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>A sign-in from an address under a name, counted as failed until it is released.</summary>
    public async Task<TimeSpan?> ReserveAddressAsync(string address, string name, CancellationToken cancellation)
    {
        if (await ReserveAllAsync([(limits.AddressShort, address), (limits.AddressLong, address)], cancellation) is { } wait)
        {
            return await AlertAsync(limits.AddressShort.Name, address, wait, cancellation);
        }

        var isNewName = await IsFirstAsync(NameKey(address, name), limits.Names.Window, cancellation);
        return isNewName && await ReserveAsync(limits.Names, address, cancellation) is { } sprayed
            ? await AlertAsync(limits.Names.Name, address, sprayed, cancellation)
            : null;
    }

    /// <summary>The attempt was right: it does not count against the address.</summary>
    public async Task ReleaseAddressAsync(string address, string name, CancellationToken cancellation)
    {
        await database.ReleaseAsync(limits.AddressShort.KeyOf(address), cancellation);
        await database.ReleaseAsync(limits.AddressLong.KeyOf(address), cancellation);
        // Once for each name that was counted, however many attempts under it were right at the same moment.
        if (await database.ForgetAsync(NameKey(address, name), cancellation))
        {
            await database.ReleaseAsync(limits.Names.KeyOf(address), cancellation);
        }
    }

    public async Task<TimeSpan?> ReservePasswordAsync(string normalizedName, CancellationToken cancellation) => Counted(
        limits.Password,
        await database.TryReserveWithBackoffAsync(limits.Password.KeyOf(normalizedName), clock.GetUtcNow(), cancellation));

    public Task PasswordWasRightAsync(string normalizedName, CancellationToken cancellation) =>
        database.ForgetAsync(limits.Password.KeyOf(normalizedName), cancellation);

    public Task<TimeSpan?> ReserveCodeAsync(Guid personId, CancellationToken cancellation) =>
        ReserveAsync(limits.Code, personId.ToString("N"), cancellation);

    public Task CodeWasRightAsync(Guid personId, CancellationToken cancellation) =>
        database.ReleaseAsync(limits.Code.KeyOf(personId.ToString("N")), cancellation);

    public async Task<bool> ReserveTryAsync(string challenge, CancellationToken cancellation) =>
        await ReserveAsync(limits.Try, challenge, cancellation) is null;

    /// <summary>Null if none was made yet.</summary>
    public async Task<int?> TriesLeftAsync(string challenge, CancellationToken cancellation)
    {
        var key = limits.Try.KeyOf(challenge);
        var made = await database.AttemptCounters.AsNoTracking().Where(counter => counter.Key == key)
            .Select(counter => (int?)counter.Count).SingleOrDefaultAsync(cancellation);
        return made is { } count ? Math.Max(limits.Try.Most - count, 0) : null;
    }

    /// <summary>True once for each challenge: of many wrong codes at the same moment, only one notifies the owner.</summary>
    public Task<bool> ReserveVoidAsync(string challenge, CancellationToken cancellation) =>
        IsFirstAsync(AttemptCounter.KeyOf("void", challenge), Hour, cancellation);

    /// <param name="former">The latest challenge of this session for this recipient.</param>
    public async Task<bool> ReserveNewTextAsync(Guid sessionId, Guid recipientId, Guid? former, CancellationToken cancellation) =>
        await ReserveAsync(limits.NewText, $"{sessionId:N}/{recipientId:N}/{former:N}", cancellation) is null;

    public Task<TimeSpan?> ReserveMailCodeAsync(Guid personId, string address, CancellationToken cancellation)
    {
        var person = personId.ToString("N");
        return ReserveAllAsync(
            [(limits.MailCodeAddress, address), (limits.MailCodeHour, person), (limits.MailCodeDay, person)], cancellation);
    }

    public Task<TimeSpan?> ReservePushAsync(string address, CancellationToken cancellation) =>
        ReserveAsync(limits.Push, address, cancellation);

    public Task<TimeSpan?> ReserveFetchAsync(string address, CancellationToken cancellation) =>
        ReserveAsync(limits.Fetch, address, cancellation);

    public Task<TimeSpan?> ReserveProofAsync(string address, CancellationToken cancellation) =>
        ReserveAsync(limits.Proof, address, cancellation);

    public Task<TimeSpan?> ReserveDeviceAsync(string address, CancellationToken cancellation) =>
        ReserveAsync(limits.Device, address, cancellation);

    public Task<TimeSpan?> ReserveAskingAsync(string who, CancellationToken cancellation) => ReserveAsync(limits.Asking, who, cancellation);

    public Task<TimeSpan?> ReserveUnknownAsync(string clientId, CancellationToken cancellation) =>
        ReserveAsync(limits.Unknown, clientId, cancellation);

    public async Task<bool> ReserveAskedMailAsync(Guid personId, CancellationToken cancellation) =>
        await ReserveAsync(limits.AskedMail, personId.ToString("N"), cancellation) is null;

    public Task<TimeSpan?> ReserveUserCodeAsync(string address, CancellationToken cancellation) =>
        ReserveAsync(limits.UserCode, address, cancellation);

    public Task UserCodeWasRightAsync(string address, CancellationToken cancellation) =>
        database.ReleaseAsync(limits.UserCode.KeyOf(address), cancellation);

    public Task<TimeSpan?> ReserveRegistrationAsync(string who, CancellationToken cancellation) =>
        ReserveAsync(limits.Registration, who, cancellation);

    public Task<TimeSpan?> ReserveClientAsync(string clientAtAddress, CancellationToken cancellation) =>
        ReserveAsync(limits.Client, clientAtAddress, cancellation);

    private async Task<TimeSpan?> ReserveAsync(Limit limit, string who, CancellationToken cancellation) =>
        Counted(limit, await database.TryReserveAsync(limit.KeyOf(who), limit.Most, limit.Window, clock.GetUtcNow(), cancellation));

    /// <summary>Under several limits of one name.</summary>
    private async Task<TimeSpan?> ReserveAllAsync((Limit Limit, string Who)[] several, CancellationToken cancellation) => Counted(
        several[0].Limit,
        await database.TryReserveAsync(
            [.. several.Select(one => new AttemptLimit(one.Limit.KeyOf(one.Who), one.Limit.Most, one.Limit.Window))],
            clock.GetUtcNow(), cancellation));

    /// <summary>No limit, only a memory: what comes again within the window is the same.</summary>
    private async Task<bool> IsFirstAsync(byte[] key, TimeSpan window, CancellationToken cancellation) =>
        await database.TryReserveAsync(key, 1, window, clock.GetUtcNow(), cancellation) is null;

    /// <summary>Operators are told once for each address and hour, by an event and a line in the log.</summary>
    private async Task<TimeSpan> AlertAsync(string limit, string address, TimeSpan wait, CancellationToken cancellation)
    {
        if (await IsFirstAsync(AttemptCounter.KeyOf("address-alert", $"{limit}@{address}"), Hour, cancellation))
        {
            database.SecurityEvents.Add(SecurityEvent.AddressLimited(clock.GetUtcNow(), limit));
            await database.SaveChangesAsync(cancellation);
            AddressLimited(log, address, limit);
        }

        return wait;
    }

    private TimeSpan? Counted(Limit limit, TimeSpan? wait)
    {
        if (wait is not null)
        {
            metrics.Count(limit);
        }

        return wait;
    }

    [LoggerMessage(
        EventId = 1111, Level = LogLevel.Warning,
        Message = "Sign-ins from {Address} are stopped by the limit {Limit}: somebody may be guessing passwords")]
    private static partial void AddressLimited(ILogger log, string address, string limit);

    private static byte[] NameKey(string address, string name) => AttemptCounter.KeyOf("address-name", address + "/" + name);
}
