using Sso.Data.Delivery;

namespace Sso.Admin.Deliveries;

/// <summary>What the spend guard reported (docs/operators.md says what each limit means).</summary>
/// <param name="Subject">A prefix, an address, an account or a masked number; empty for the whole server.</param>
public sealed record AlertView(DateTimeOffset At, string Limit, string Subject)
{
    public static AlertView Of(DeliveryAlert alert) => new(alert.At, alert.Limit, alert.Subject);
}
