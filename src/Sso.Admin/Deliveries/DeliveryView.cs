using Sso.Data.Delivery;

namespace Sso.Admin.Deliveries;

/// <summary>One text message as an operator reads it: no number in full, and nothing of what it said.</summary>
/// <param name="Cost">In euro: what the provider says, else what the price table says.</param>
/// <param name="Entered">When the code in it came back; null for a notice and for a code that never did.</param>
public sealed record DeliveryView(
    DateTimeOffset SentAt,
    string Number,
    string Country,
    TextPurpose Purpose,
    string Route,
    string? Outcome,
    TextReceiptStatus Receipt,
    DateTimeOffset? ReceiptAt,
    string? ReceiptCode,
    decimal Cost,
    DateTimeOffset? Entered,
    string? ProviderId)
{
    /// <summary>Money is stored in ten-thousandths of a euro.</summary>
    private const decimal Unit = 10_000;

    public static DeliveryView Of(TextDelivery delivery) => new(
        delivery.SentAt,
        delivery.MaskedNumber,
        delivery.Country,
        delivery.Purpose,
        delivery.Route,
        delivery.Outcome,
        delivery.Receipt,
        delivery.ReceiptAt,
        delivery.ReceiptCode,
        (delivery.Price ?? delivery.Cost) / Unit,
        delivery.EnteredAt,
        delivery.ProviderId);
}
