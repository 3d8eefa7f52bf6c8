using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sso.Protocol.Tokens;

/// <summary>Writes a signed JWT in compact form (RFC 7515 §3.1, RFC 7519 §3).</summary>
internal static class JwtWriter
{
    /// <summary>A token is never put into a page, so "at+jwt" is written as it is spelled.</summary>
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(SignatureKey key, string type, Action<Utf8JsonWriter> claims)
    {
        var header = Encode(json =>
        {
            json.WriteString("alg", key.Algorithm);
            json.WriteString("kid", key.KeyId);
            json.WriteString("typ", type);
        });
        var signingInput = string.Concat(header, ".", Encode(claims));
        var signature = key.Sign(Encoding.ASCII.GetBytes(signingInput));
        return string.Concat(signingInput, ".", Base64Url.EncodeToString(signature));
    }

    private static string Encode(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return Base64Url.EncodeToString(buffer.WrittenSpan);
    }
}
