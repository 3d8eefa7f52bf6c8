using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sso.Protocol;

/// <summary>JSON for applications and tokens, never put into a page: "at+jwt" is written as spelt, and spacing does not matter.</summary>
public static class PlainJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Of(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            write(json);
        }

        return buffer.ToArray();
    }
}
