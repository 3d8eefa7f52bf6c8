using Microsoft.EntityFrameworkCore;
using Sso.Data.Factors;

namespace Sso.Accounts.Limits;

/// <summary>Codes of second factors: tried, and sent.</summary>
public sealed partial class Throttle
{
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
