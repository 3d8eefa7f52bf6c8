using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Options;
using Sso.Data.Delivery;
using Sso.Delivery.Receipts;

namespace Sso.Delivery.Vonage;

/// <summary>Status callbacks of the Messages API, signed with a JWT over the hash of the body.</summary>
public sealed class VonageMessagesReceipts(IOptions<VonageOptions> account, TimeProvider clock) : IReceiptReader
{
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    public string Route => VonageMessages.RouteName;

    public ReceiptReading Read(ReceiptCall call)
    {
        if (call.Authorization is not { Length: > 0 } authorization)
        {
            return new ReceiptReading.NotSigned();
        }

        if (authorization.Split(' ') is not ["Bearer", var token] || token.Split('.') is not [var header, var payload, var signature])
        {
            return new ReceiptReading.Forged("no bearer token");
        }

        // The algorithm is read before the signature is computed: only one is ever accepted.
        if (Decode(header, VonageReceiptJson.Default.VonageReceiptHeader)?.Alg != "HS256")
        {
            return new ReceiptReading.Forged("alg");
        }

        if (!IsSigned($"{header}.{payload}", signature))
        {
            return new ReceiptReading.Forged("signature");
        }

        if (Decode(payload, VonageReceiptJson.Default.VonageReceiptClaims) is not { Jti: { Length: > 0 } once } claims)
        {
            return new ReceiptReading.Forged("claims");
        }

        if (Fault(claims, call.Body.Span) is { } fault)
        {
            return new ReceiptReading.Forged(fault);
        }

        return Parse(call.Body.Span, VonageReceiptJson.Default.VonageStatus) is { } status && TextReceipt.IdOf(status.ClientRef) is { } id
            ? new ReceiptReading.Read(Receipt(id, status), once)
            : new ReceiptReading.NotOurs();
    }

    private static TextReceipt Receipt(Guid id, VonageStatus status)
    {
        var code = status.Error?.Number;
        return new TextReceipt
        {
            DeliveryId = id,
            Status = status.Status switch
            {
                "delivered" or "read" => TextReceiptStatus.Delivered,
                "rejected" or "undeliverable" => TextReceipt.FailedBy(code is { } number ? VonageAnswer.Find(number) : null),
                _ => TextReceiptStatus.Pending,
            },
            Code = code?.ToString(CultureInfo.InvariantCulture),
            Price = status.Usage?.Currency is "EUR" ? TextReceipt.PriceOf(status.Usage.Price) : null,
        };
    }

    private bool IsSigned(string signed, string signature)
    {
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (Base64Url.DecodeFromChars(signature, given, out _, out var length) != OperationStatus.Done || length != given.Length)
        {
            return false;
        }

        var isSigned = false;
        foreach (var secret in account.Value.SignatureSecrets)
        {
            isSigned |= CryptographicOperations.FixedTimeEquals(
                given, HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(signed)));
        }

        return isSigned;
    }

    private string? Fault(VonageReceiptClaims claims, ReadOnlySpan<byte> body)
    {
        var settings = account.Value;
        var hash = Convert.ToHexStringLower(SHA256.HashData(body));
        return claims switch
        {
            { Iss: not "Vonage" } => "iss",
            { ApplicationId: { } application } when !application.Equals(settings.ApplicationId, StringComparison.OrdinalIgnoreCase) =>
                "application_id",
            _ when settings.ApiKey is not null && claims.ApiKey != settings.ApiKey => "api_key",
            _ when Math.Abs(clock.GetUtcNow().ToUnixTimeSeconds() - claims.Iat) > Skew.TotalSeconds => "iat",
            _ when !hash.Equals(claims.PayloadHash, StringComparison.OrdinalIgnoreCase) => "payload_hash",
            _ => null,
        };
    }

    private static T? Decode<T>(string part, JsonTypeInfo<T> type)
        where T : class
    {
        var bytes = new byte[Base64Url.GetMaxDecodedLength(part.Length)];
        return Base64Url.DecodeFromChars(part, bytes, out _, out var length) == OperationStatus.Done
            ? Parse(bytes.AsSpan(0, length), type)
            : null;
    }

    private static T? Parse<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
