using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Sso.Data.Delivery;
using Sso.Delivery.Receipts;

namespace Sso.Delivery.Twilio;

/// <summary>Status callbacks of Twilio: a form, signed together with the address that was called.</summary>
public sealed class TwilioReceipts(IOptions<TwilioOptions> account, ReceiptAddresses receipts) : IReceiptReader
{
    public string Route => TwilioMessages.RouteName;

    public ReceiptReading Read(ReceiptCall call)
    {
        if (call.Signature is not { Length: > 0 } signature)
        {
            return new ReceiptReading.NotSigned();
        }

        // The configured address, never that of the request: a proxy may have changed it, and a sender may choose it.
        if (!account.Value.HasReceipts || ReceiptParameters.OfForm(call.Body) is not { } parameters
            || !Addresses(receipts.Of(Route), call.Query).Any(address => IsSigned(address, parameters, signature)))
        {
            return new ReceiptReading.Forged("signature");
        }

        if (parameters.GetValueOrDefault("AccountSid") != account.Value.AccountSid)
        {
            return new ReceiptReading.Forged("AccountSid");
        }

        var reference = ReceiptParameters.OfQuery(call.Query)?.GetValueOrDefault(TwilioMessages.ReferenceParameter);
        if (TextReceipt.IdOf(reference) is not { } id)
        {
            return new ReceiptReading.NotOurs();
        }

        var code = parameters.GetValueOrDefault("ErrorCode");
        return new ReceiptReading.Read(new TextReceipt
        {
            DeliveryId = id,
            Status = StatusOf(parameters.GetValueOrDefault("MessageStatus"), code),
            Code = TextReceipt.CodeOf(code),
        });
    }

    private static TextReceiptStatus StatusOf(string? status, string? code) => status switch
    {
        "delivered" or "read" => TextReceiptStatus.Delivered,
        "undelivered" or "failed" or "canceled" => TextReceipt.FailedBy(
            int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? TwilioCodes.Find(number) : null),
        _ => TextReceiptStatus.Pending,
    };

    /// <summary>With the default port and without it: Twilio signs either.</summary>
    private static IEnumerable<string> Addresses(string address, string query)
    {
        yield return address + query;
        if (new Uri(address) is { IsDefaultPort: true } plain)
        {
            yield return $"{plain.Scheme}://{plain.Host}:{plain.Port}{plain.PathAndQuery}{query}";
        }
    }

    private bool IsSigned(string address, IReadOnlyDictionary<string, string> parameters, string signature) =>
        CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(TwilioSignature.Of(address, parameters, account.Value.AuthToken!)), Encoding.ASCII.GetBytes(signature));
}
