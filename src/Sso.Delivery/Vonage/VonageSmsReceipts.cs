using System.Globalization;
using Microsoft.Extensions.Options;
using Sso.Data.Delivery;
using Sso.Delivery.Receipts;
using Sso.Delivery.Routes;
using static Sso.Delivery.Routes.DeliveryOutcome;

namespace Sso.Delivery.Vonage;

/// <summary>
/// Receipts of the SMS API: a query, a form or JSON, depending on the account. Their age does not matter: a retry a day later is as good,
/// and a receipt that comes twice changes nothing.
/// </summary>
public sealed class VonageSmsReceipts(IOptions<VonageOptions> account) : IReceiptReader
{
    public string Route => VonageSms.RouteName;

    public ReceiptReading Read(ReceiptCall call)
    {
        var (settings, type) = (account.Value, call.ContentType ?? "");
        var parameters = call.Body.IsEmpty ? ReceiptParameters.OfQuery(call.Query)
            : type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) ? ReceiptParameters.OfJson(call.Body)
            : ReceiptParameters.OfForm(call.Body);
        if (parameters?.GetValueOrDefault(VonageSignature.Parameter) is not { } signature)
        {
            return new ReceiptReading.NotSigned();
        }

        if (!VonageSignature.IsBySomeOf(settings.SignatureSecrets, parameters, signature, settings.SignatureMethod))
        {
            return new ReceiptReading.Forged("signature");
        }

        if (parameters.GetValueOrDefault("api-key") != settings.ApiKey)
        {
            return new ReceiptReading.Forged("api-key");
        }

        if (TextReceipt.IdOf(parameters.GetValueOrDefault("client-ref")) is not { } id)
        {
            return new ReceiptReading.NotOurs();
        }

        var code = parameters.GetValueOrDefault("err-code");
        return new ReceiptReading.Read(new TextReceipt
        {
            DeliveryId = id,
            Status = StatusOf(parameters.GetValueOrDefault("status"), code),
            Code = code is "0" ? null : TextReceipt.CodeOf(code),
            Price = TextReceipt.PriceOf(parameters.GetValueOrDefault("price")),
        });
    }

    /// <summary>Some pages of the documentation show SMPP spellings; unknown words say nothing.</summary>
    private static TextReceiptStatus StatusOf(string? status, string? code) => status?.ToUpperInvariant() switch
    {
        "DELIVERED" or "DELIVRD" => TextReceiptStatus.Delivered,
        "EXPIRED" or "FAILED" or "UNDELIV" or "DELETED" => TextReceipt.FailedBy(CauseOf(code)),
        "REJECTED" or "REJECTD" => TextReceipt.FailedBy(CauseOf(code)),
        _ => TextReceiptStatus.Pending,
    };

    private static DeliveryOutcome? CauseOf(string? code) =>
        int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number switch
            {
                3 => new NotReachable("number gone"),
                4 or 9 or 13 or 14 or 15 => new NotReachable("refused by the phone or its operator"),
                5 => new NotReachable("porting"),
                6 or 11 or 12 or 99 => new RouteRefused("not carried"),
                10 => new Bug("illegal message"),
                >= 50 and <= 54 => new ConfigError("regulation", StopsRoute: false),
                _ => null,
            }
            : null;
}
