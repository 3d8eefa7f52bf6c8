using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sso.Protocol.Webhooks;

/// <summary>
/// The headers of Standard Webhooks: an id that stays the same however often a message is sent, the second of the attempt, and a symmetric
/// signature (v1) over both and the body for each secret that the receiver may know.
/// </summary>
public static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string Header = "webhook-signature";

    /// <param name="id">Of the message; it holds no dot.</param>
    /// <param name="timestamp">Seconds since 1970.</param>
    /// <param name="body">As it is sent.</param>
    /// <param name="secrets">The newest first.</param>
    public static string Of(string id, long timestamp, ReadOnlySpan<byte> body, IEnumerable<string> secrets)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.")), .. body];
        return string.Join(
            ' ', secrets.Select(secret => "v1," + Convert.ToBase64String(HMACSHA256.HashData(WebhookSecret.KeyOf(secret), signed))));
    }
}
