using Sso.Data.Factors;

namespace Sso.Accounts.Limits;

/// <summary>What applications, and devices in their name, may ask.</summary>
public sealed partial class Throttle
{
    public Task<TimeSpan?> ReserveClientAsync(string clientAtAddress, CancellationToken cancellation) =>
        ReserveAsync(LimitTable.Client, clientAtAddress, cancellation);

    /// <summary>False once too many were recorded: of this kind from there, from there at all, or of the application at all.</summary>
    /// <param name="kind">Of the refusal.</param>
    /// <param name="clientId">Null for one that is not registered.</param>
    /// <param name="address">Of whoever asked.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<bool> ReserveRefusalRecordAsync(string kind, string? clientId, string address, CancellationToken cancellation) =>
        await ReserveAsync(LimitTable.RefusalRecord, $"{kind}/{clientId}@{address}", cancellation) is null
        && await ReserveAsync(LimitTable.RefusalRecordAddress, address, cancellation) is null
        && await ReserveAsync(LimitTable.RefusalRecordClient, clientId ?? "", cancellation) is null;

    public Task<TimeSpan?> ReservePushAsync(string address, CancellationToken cancellation) =>
        ReserveAsync(limits.Push, address, cancellation);

    public Task<TimeSpan?> ReserveFetchAsync(string address, CancellationToken cancellation) =>
        ReserveAsync(limits.Fetch, address, cancellation);

    public Task<TimeSpan?> ReserveProofAsync(string address, CancellationToken cancellation) =>
        ReserveAsync(limits.Proof, address, cancellation);

    public Task<TimeSpan?> ReserveDeviceAsync(string address, CancellationToken cancellation) =>
        ReserveAsync(LimitTable.Device, address, cancellation);

    public Task<TimeSpan?> ReserveUserCodeAsync(string address, CancellationToken cancellation) =>
        ReserveAsync(LimitTable.UserCode, address, cancellation);

    public Task UserCodeWasRightAsync(string address, CancellationToken cancellation) =>
        database.ReleaseAsync(LimitTable.UserCode.KeyOf(address), cancellation);

    public Task<TimeSpan?> ReserveAskingAsync(string who, CancellationToken cancellation) =>
        ReserveAsync(LimitTable.Asking, who, cancellation);

    public Task<TimeSpan?> ReserveUnknownAsync(string clientId, CancellationToken cancellation) =>
        ReserveAsync(LimitTable.Unknown, clientId, cancellation);

    public async Task<bool> ReserveAskedMailAsync(Guid personId, CancellationToken cancellation) =>
        await ReserveAsync(LimitTable.AskedMail, personId.ToString("N"), cancellation) is null;

    public Task<TimeSpan?> ReserveApiRequestAsync(string clientId, CancellationToken cancellation) =>
        ReserveAsync(limits.Api, clientId, cancellation);

    public Task<TimeSpan?> ReserveRegistrationAsync(string who, CancellationToken cancellation) =>
        ReserveAsync(LimitTable.Registration, who, cancellation);
}
