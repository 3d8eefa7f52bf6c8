namespace Sso.Data.Secrets.ForeignHashes;

/// <summary>The base64 of the PHC string format: the usual alphabet without padding.</summary>
internal static class UnpaddedBase64
{
    public static byte[]? TryRead(string text)
    {
        var padded = text.PadRight((text.Length + 3) / 4 * 4, '=');
        var bytes = new byte[padded.Length / 4 * 3];
        return Convert.TryFromBase64String(padded, bytes, out var length) ? bytes[..length] : null;
    }
}
