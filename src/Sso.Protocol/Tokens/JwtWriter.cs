using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Sso.Protocol.Tokens;

/// <summary>Writes a signed JWT in compact form (RFC 7515 §3.1, RFC 7519 §3).</summary>
internal static class JwtWriter
{
    /// <summary>A token is never put into a page, so "at+jwt" is written as it is spelled.</summary>
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(SigningCredentials key, string type, Action<Utf8JsonWriter> claims)
    {
        var header = Encode(json =>
        {
            json.WriteString("alg", key.Algorithm);
            json.WriteString("kid", key.Kid);
            json.WriteString("typ", type);
        });
        var signingInput = string.Concat(header, ".", Encode(claims));
        return string.Concat(signingInput, ".", Base64Url.EncodeToString(Sign(key, Encoding.ASCII.GetBytes(signingInput))));
    }

    private static byte[] Sign(SigningCredentials key, byte[] signingInput)
    {
        var factory = key.CryptoProviderFactory ?? key.Key.CryptoProviderFactory;
        var signer = factory.CreateForSigning(key.Key, key.Algorithm);
        try
        {
            return signer.Sign(signingInput);
        }
        finally
        {
            factory.ReleaseSignatureProvider(signer);
        }
    }

    /// <summary>RFC 7519 §4.1.3: one value is written as a string.</summary>
    public static void WriteAudience(Utf8JsonWriter json, IReadOnlyList<string> audience)
    {
        if (audience is [var only])
        {
            json.WriteString("aud", only);
            return;
        }

        json.WriteStartArray("aud");
        foreach (var value in audience)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
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
