using Sso.Data.Delivery;
using Sso.Delivery.Routes;
using Sso.Delivery.Spending;

namespace Sso.Delivery.Receipts;

/// <summary>What a provider says became of one message.</summary>
public sealed record TextReceipt
{
    public required Guid DeliveryId { get; init; }

    public required TextReceiptStatus Status { get; init; }

    /// <summary>The provider's own code, cut to characters that a code can have.</summary>
    public string? Code { get; init; }

    /// <summary>In ten-thousandths of a euro.</summary>
    public int? Price { get; init; }

    /// <summary>Our reference as the provider echoes it.</summary>
    public static Guid? IdOf(string? reference) => Guid.TryParseExact(reference, "N", out var id) ? id : null;

    /// <summary>A failure caused by the number or by a fraud screen ends the matter; any other leaves it to the next route.</summary>
    internal static TextReceiptStatus FailedBy(DeliveryOutcome? cause) =>
        cause is null or { AllowsAnotherRoute: true } or DeliveryOutcome.Bug ? TextReceiptStatus.Failed : TextReceiptStatus.Refused;

    internal static string? CodeOf(string? code) => code is null ? null : new string([.. code.Where(char.IsAsciiLetterOrDigit).Take(20)]);

    internal static int? PriceOf(string? euro) =>
        decimal.TryParse(euro, System.Globalization.CultureInfo.InvariantCulture, out var price) && price is > 0 and < 100
            ? Money.Of(price)
            : null;
}
