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
        if (await ReserveAllAsync([(LimitTable.AddressShort, address), (LimitTable.AddressLong, address)], cancellation) is { } wait)
        {
            return await AlertAsync(LimitTable.AddressShort.Name, address, wait, cancellation);
        }

        var isNewName = await IsFirstAsync(NameKey(address, name), LimitTable.Names.Window, cancellation);
        return isNewName && await ReserveAsync(LimitTable.Names, address, cancellation) is { } sprayed
            ? await AlertAsync(LimitTable.Names.Name, address, sprayed, cancellation)
            : null;
    }

    /// <summary>The attempt was right: it does not count against the address.</summary>
    public async Task ReleaseAddressAsync(string address, string name, CancellationToken cancellation)
    {
        await database.ReleaseAsync(LimitTable.AddressShort.KeyOf(address), cancellation);
        await database.ReleaseAsync(LimitTable.AddressLong.KeyOf(address), cancellation);
        // Once for each name that was counted, however many attempts under it were right at the same moment.
        if (await database.ForgetAsync(NameKey(address, name), cancellation))
        {
            await database.ReleaseAsync(LimitTable.Names.KeyOf(address), cancellation);
        }
    }

    /// <param name="counted">A normalized name, or one of those in <see cref="Failures"/>.</param>
    public async Task<TimeSpan?> ReservePasswordAsync(string counted, CancellationToken cancellation) => Counted(
        LimitTable.Password,
        await database.TryReserveWithBackoffAsync(LimitTable.Password.KeyOf(counted), clock.GetUtcNow(), cancellation));

    /// <param name="counted">As it was reserved.</param>
    public Task PasswordWasRightAsync(string counted, CancellationToken cancellation) =>
        database.ForgetAsync(LimitTable.Password.KeyOf(counted), cancellation);

    public Task<TimeSpan?> ReserveCodeAsync(Guid personId, CancellationToken cancellation) =>
        ReserveAsync(LimitTable.Code, personId.ToString("N"), cancellation);

    public Task CodeWasRightAsync(Guid personId, CancellationToken cancellation) =>
        database.ReleaseAsync(LimitTable.Code.KeyOf(personId.ToString("N")), cancellation);

    public async Task<bool> ReserveTryAsync(string challenge, CancellationToken cancellation) =>
        await ReserveAsync(LimitTable.Try, challenge, cancellation) is null;

    /// <summary>Null if none was made yet.</summary>
    public async Task<int?> TriesLeftAsync(string challenge, CancellationToken cancellation)
    {
        var key = LimitTable.Try.KeyOf(challenge);
        var made = await database.AttemptCounters.AsNoTracking().Where(counter => counter.Key == key)
            .Select(counter => (int?)counter.Count).SingleOrDefaultAsync(cancellation);
        return made is { } count ? Math.Max(LimitTable.Try.Most - count, 0) : null;
    }

    /// <summary>True once for each challenge: of many wrong codes at the same moment, only one notifies the owner.</summary>
    public Task<bool> ReserveVoidAsync(string challenge, CancellationToken cancellation) =>
        IsFirstAsync(AttemptCounter.KeyOf("void", challenge), Hour, cancellation);

    /// <param name="former">The latest challenge of this session for this recipient.</param>
    public async Task<bool> ReserveNewTextAsync(Guid sessionId, Guid recipientId, Guid? former, CancellationToken cancellation) =>
        await ReserveAsync(LimitTable.NewText, $"{sessionId:N}/{recipientId:N}/{former:N}", cancellation) is null;

    public Task<TimeSpan?> ReserveMailCodeAsync(Guid personId, string address, CancellationToken cancellation)
    {
        var person = personId.ToString("N");
        return ReserveAllAsync(
            [(LimitTable.MailCodeAddress, address), (LimitTable.MailCodeHour, person), (LimitTable.MailCodeDay, person)], cancellation);
    }

    /// <summary>A link to a new password. Both are counted whatever the other one says: the same statements for everybody.</summary>
    public async Task<bool> ReserveResetLinkAsync(string address, string normalizedName, CancellationToken cancellation)
    {
        var fromAddress = await ReserveAsync(LimitTable.ResetLinkAddress, address, cancellation) is null;
        var forAccount = await ReserveAsync(LimitTable.ResetLinkAccount, normalizedName, cancellation) is null;
        return fromAddress && forAccount;
    }

    public async Task<TimeSpan?> ReserveNewAddressAsync(Guid personId, string address, CancellationToken cancellation) =>
        await ReserveAsync(LimitTable.NewAddress, personId.ToString("N"), cancellation)
        ?? await ReserveAsync(LimitTable.NewAddressVisitor, address, cancellation);

    public async Task<bool> ReserveNewAddressMailAsync(string normalizedAddress, CancellationToken cancellation) =>
        await ReserveAsync(LimitTable.NewAddressTarget, normalizedAddress, cancellation) is null;

    public async Task<bool> ReserveLostFactorAsync(Guid personId, CancellationToken cancellation) =>
        await ReserveAsync(LimitTable.LostFactor, personId.ToString("N"), cancellation) is null;

    /// <summary>The request was not made, because there is one already.</summary>
    public Task ReleaseLostFactorAsync(Guid personId, CancellationToken cancellation) =>
        database.ReleaseAsync(LimitTable.LostFactor.KeyOf(personId.ToString("N")), cancellation);

    /// <summary>Looks, and reserves nothing.</summary>
    public Task<bool> IsLostFactorReachedAsync(Guid personId, DateTimeOffset now, CancellationToken cancellation)
    {
        var (key, since) = (LimitTable.LostFactor.KeyOf(personId.ToString("N")), now - LimitTable.LostFactor.Window);
        return database.AttemptCounters.AnyAsync(
            row => row.Key == key && row.Count >= LimitTable.LostFactor.Most && row.WindowStart > since, cancellation);
    }

    public async Task<bool> ReserveLostFactorLinkAsync(Guid personId, CancellationToken cancellation) =>
        await ReserveAsync(LimitTable.LostFactorLink, personId.ToString("N"), cancellation) is null;

    /// <param name="what">The kind of the refusal, the client and the address.</param>
    public async Task<bool> ReserveRefusalRecordAsync(string what, CancellationToken cancellation) =>
        await ReserveAsync(LimitTable.RefusalRecord, what, cancellation) is null;

    /// <summary>For a limit that is counted in the row of what it limits: it was reached.</summary>
    public void Reached(Limit limit) => metrics.Count(limit);

    public Task<TimeSpan?> ReservePushAsync(string address, CancellationToken cancellation) =>
        ReserveAsync(limits.Push, address, cancellation);

    public Task<TimeSpan?> ReserveFetchAsync(string address, CancellationToken cancellation) =>
        ReserveAsync(limits.Fetch, address, cancellation);

    public Task<TimeSpan?> ReserveProofAsync(string address, CancellationToken cancellation) =>
        ReserveAsync(limits.Proof, address, cancellation);

    public Task<TimeSpan?> ReserveDeviceAsync(string address, CancellationToken cancellation) =>
        ReserveAsync(LimitTable.Device, address, cancellation);

    public Task<TimeSpan?> ReserveAskingAsync(string who, CancellationToken cancellation) =>
        ReserveAsync(LimitTable.Asking, who, cancellation);

    public Task<TimeSpan?> ReserveUnknownAsync(string clientId, CancellationToken cancellation) =>
        ReserveAsync(LimitTable.Unknown, clientId, cancellation);

    public async Task<bool> ReserveAskedMailAsync(Guid personId, CancellationToken cancellation) =>
        await ReserveAsync(LimitTable.AskedMail, personId.ToString("N"), cancellation) is null;

    public Task<TimeSpan?> ReserveUserCodeAsync(string address, CancellationToken cancellation) =>
        ReserveAsync(LimitTable.UserCode, address, cancellation);

    public Task UserCodeWasRightAsync(string address, CancellationToken cancellation) =>
        database.ReleaseAsync(LimitTable.UserCode.KeyOf(address), cancellation);

    public Task<TimeSpan?> ReserveRegistrationAsync(string who, CancellationToken cancellation) =>
        ReserveAsync(LimitTable.Registration, who, cancellation);

    public Task<TimeSpan?> ReserveClientAsync(string clientAtAddress, CancellationToken cancellation) =>
        ReserveAsync(LimitTable.Client, clientAtAddress, cancellation);

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
