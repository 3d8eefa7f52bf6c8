using System.Text.Encodings.Web;
using System.Text.Json;
using OpenIddict.Abstractions;

namespace Sso.Server.Engine;

internal static class Messages
{
    /// <summary>A plus in the name of an algorithm stays a plus.</summary>
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>For applications, who do not look at spaces.</summary>
    public static byte[] InPlainJson(this OpenIddictMessage message)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            message.WriteTo(json);
        }

        return buffer.ToArray();
    }
}
