using Sso.Data.Delivery;

namespace Sso.Admin.Deliveries;

/// <summary>One text message as an operator reads it: neither the full number nor anything of the content.</summary>
/// <param name="Cost">In euro: by the provider, otherwise by the price table.</param>
/// <param name="Entered">When the code in it was entered; null for a notice and for a code that never was.</param>
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
