using Microsoft.EntityFrameworkCore;
using Sso.Data.Factors;

namespace Sso.Accounts.Limits;

/// <summary>Mails and requests by which an account is changed or won back.</summary>
public sealed partial class Throttle
{
    /// <summary>A link to a new password. Both are counted whatever the other one says: the same statements for everybody.</summary>
    public async Task<bool> ReserveResetLinkAsync(string address, string normalizedName, CancellationToken cancellation)
    {
        var fromAddress = await ReserveAsync(LimitTable.ResetLinkAddress, address, cancellation) is null;
        var forAccount = await ReserveAsync(LimitTable.ResetLinkAccount, normalizedName, cancellation) is null;
        return fromAddress && forAccount;
    }

    public async Task<bool> ReserveSentLinkAsync(Guid personId, CancellationToken cancellation) =>
        await ReserveAsync(LimitTable.SentLink, personId.ToString("N"), cancellation) is null;

    /// <summary>Null if a test of a text or a mail may leave.</summary>
    public Task<TimeSpan?> ReserveTestAsync(Guid personId, CancellationToken cancellation) =>
        ReserveAsync(LimitTable.TestMessage, personId.ToString("N"), cancellation);

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

    public async Task<bool> ReserveFactorResetAsync(Guid personId, CancellationToken cancellation) =>
        await ReserveAsync(LimitTable.FactorReset, personId.ToString("N"), cancellation) is null;

    public async Task<bool> ReserveLooserPolicyAsync(Guid proposerId, CancellationToken cancellation) =>
        await ReserveAsync(LimitTable.LooserPolicy, proposerId.ToString("N"), cancellation) is null;

    public async Task<bool> ReserveLostFactorLinkAsync(Guid personId, CancellationToken cancellation) =>
        await ReserveAsync(LimitTable.LostFactorLink, personId.ToString("N"), cancellation) is null;
}
