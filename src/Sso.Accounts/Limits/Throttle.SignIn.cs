using Microsoft.EntityFrameworkCore;
using Sso.Data.Factors;
using Sso.Data.Operations;

namespace Sso.Accounts.Limits;

/// <summary>Passwords at the sign-in page, the addresses that they come from, and codes of second factors: tried, and sent.</summary>
public sealed partial class Throttle
{
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

    [LoggerMessage(
        EventId = 1111, Level = LogLevel.Warning,
        Message = "Sign-ins from {Address} are stopped by the limit {Limit}: somebody may be guessing passwords")]
    private static partial void AddressLimited(ILogger log, string address, string limit);

    private static byte[] NameKey(string address, string name) => AttemptCounter.KeyOf("address-name", address + "/" + name);

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
}
