using System.Buffers.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using Sso.Protocol.Clients;

namespace Sso.Protocol.Encryption;

/// <summary>The protected header of a JWE (RFC 7516 §4), with algorithms that are ours.</summary>
public sealed record JweHeader(string Algorithm, string Encryption)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>A plus in a name stays a plus: it stands in no HTML.</summary>
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string? KeyId { get; init; }

    /// <summary>The public half that the sender made for this one message (RFC 7518 §4.6.1.1).</summary>
    public JsonWebKey? EphemeralKey { get; init; }

    /// <summary><c>apu</c>, <c>apv</c> (RFC 7518 §4.6.1.2): names that go into the derived key; empty where they are missing.</summary>
    public byte[] PartyU { get; init; } = [];

    public byte[] PartyV { get; init; } = [];

    /// <summary>True: a token is inside (RFC 7519 §5.2).</summary>
    public bool HoldsToken { get; init; }

    /// <summary>Null for what is no header, names an algorithm that is not ours, or wants what we do not do.</summary>
    public static JweHeader? Parse(string encoded)
    {
        try
        {
            using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(encoded), Strict);
            var json = document.RootElement;
            // Compression would let a small text become a large one; of extensions (crit) we understand none.
            if (json.TryGetProperty("zip", out _) || json.TryGetProperty("crit", out _)
                || Text(json, "alg") is not { } algorithm || !TokenEncryption.Algorithms.Contains(algorithm)
                || Text(json, "enc") is not { } encryption || !TokenEncryption.Contents.Contains(encryption))
            {
                return null;
            }

            return new(algorithm, encryption)
            {
                KeyId = Text(json, "kid"),
                EphemeralKey = json.TryGetProperty("epk", out var key) ? new JsonWebKey(key.GetRawText()) : null,
                PartyU = Bytes(json, "apu"),
                PartyV = Bytes(json, "apv"),
            };
        }
        catch (Exception malformed) when (malformed is JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    public string Encode()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            json.WriteString("alg", Algorithm);
            json.WriteString("enc", Encryption);
            if (!string.IsNullOrEmpty(KeyId))
            {
                json.WriteString("kid", KeyId);
            }

            if (HoldsToken)
            {
                json.WriteString("cty", "JWT");
            }

            if (EphemeralKey is { } key)
            {
                json.WriteStartObject("epk");
                json.WriteString("kty", "EC");
                json.WriteString("crv", key.Crv);
                json.WriteString("x", key.X);
                json.WriteString("y", key.Y);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return Base64Url.EncodeToString(buffer.ToArray());
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static byte[] Bytes(JsonElement json, string name) => Text(json, name) is { } text ? Base64Url.DecodeFromChars(text) : [];
}
