using System.Security.Cryptography;

namespace Sso.Protocol.Webhooks;

/// <summary>The secret of a subscription as Standard Webhooks writes it: <c>whsec_</c> and the base64 of its bytes.</summary>
public static class WebhookSecret
{
    public const string Prefix = "whsec_";

    /// <summary>256 random bits; the standard asks for 24 to 64 bytes.</summary>
    public static string New() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>The bytes with which is signed.</summary>
    public static byte[] KeyOf(string secret) => Convert.FromBase64String(secret[Prefix.Length..]);
}
