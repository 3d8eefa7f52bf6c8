using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Sso.Testing.Fakes;

/// <summary>Receipts as the providers sign them, written apart from the code that verifies them.</summary>
public static class SignedReceipts
{
    /// <summary>The bearer token over a status callback of the Messages API.</summary>
    public static string Token(
        string body, string secret, string applicationId, long issuedAt, string id,
        Action<Dictionary<string, object>>? change = null, string alg = "HS256")
    {
        var claims = new Dictionary<string, object>
        {
            ["iat"] = issuedAt,
            ["jti"] = id,
            ["iss"] = "Vonage",
            ["payload_hash"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body))),
            ["api_key"] = VonageSmsFake.ApiKey,
            ["application_id"] = applicationId,
        };
        change?.Invoke(claims);
        var signed = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"{{alg}}","typ":"JWT"}"""))
            + "." + Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims));
        return "Bearer " + signed + "."
            + Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(signed)));
    }

    /// <summary>The body of such a callback.</summary>
    public static string Status(Guid delivery, string status, int? error = null, string? price = null) =>
        JsonSerializer.Serialize(new Dictionary<string, object?>
        {
            ["message_uuid"] = "0f8fad5b-d9cb-469f-a165-70867728950e",
            ["to"] = "393123450000",
            ["timestamp"] = "2026-11-23T12:00:00Z",
            ["status"] = status,
            ["client_ref"] = delivery.ToString("N"),
            ["error"] = error is null
                ? null
                : new Dictionary<string, string> { ["title"] = error.Value.ToString(CultureInfo.InvariantCulture) },
            ["usage"] = price is null ? null : new Dictionary<string, string> { ["currency"] = "EUR", ["price"] = price },
        });

    /// <summary>A receipt of the SMS API, as a form or a query without its question mark.</summary>
    public static string Form(string secret, params (string Name, string Value)[] parameters)
    {
        var text = string.Concat(
            parameters.OrderBy(pair => pair.Name, StringComparer.Ordinal).Select(pair => $"&{pair.Name}={pair.Value}"));
        var signature = Convert.ToHexString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)));
        return Encoded([.. parameters, ("sig", signature)]);
    }

    /// <summary>X-Twilio-Signature.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "Twilio's own choice.")]
    public static string Twilio(string token, string address, params (string Name, string Value)[] parameters)
    {
        var text = address + string.Concat(
            parameters.OrderBy(pair => pair.Name, StringComparer.Ordinal).Select(pair => pair.Name + pair.Value));
        return Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(text)));
    }

    public static string Encoded(params (string Name, string Value)[] parameters) =>
        string.Join('&', parameters.Select(pair => $"{Uri.EscapeDataString(pair.Name)}={Uri.EscapeDataString(pair.Value)}"));
}
