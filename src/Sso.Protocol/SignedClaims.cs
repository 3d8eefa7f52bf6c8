using System.Buffers.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Sso.Protocol;

/// <summary>The claims of a verified JWT; strings and arrays are distinguished, which libraries do not do (RFC 7519 §4.1).</summary>
public sealed class SignedClaims
{
    /// <summary>How much clocks may differ.</summary>
    public static readonly TimeSpan Leeway = TimeSpan.FromSeconds(30);

    private const int LongestId = 255;
    private readonly JsonElement _claims;

    private SignedClaims(JsonElement claims) => _claims = claims;

    public string? Issuer => Text("iss");

    public string? Subject => Text("sub");

    public DateTimeOffset? ExpiresAt => Time("exp");

    /// <summary>Null also for one that is too long to be remembered.</summary>
    public string? Id => Text("jti") is { Length: > 0 and <= LongestId } id ? id : null;

    /// <summary>The audience if it is one string.</summary>
    public string? Audience => Text("aud");

    /// <summary>The audience if it is one string, alone or in an array.</summary>
    public string? OnlyAudience => _claims.TryGetProperty("aud", out var value) && value.ValueKind == JsonValueKind.Array
        ? value.GetArrayLength() == 1 && value[0].ValueKind == JsonValueKind.String ? value[0].GetString() : null
        : Audience;

    /// <summary>Every string of the audience (RFC 7519 §4.1.3).</summary>
    public IEnumerable<string> Audiences => _claims.TryGetProperty("aud", out var value) && value.ValueKind == JsonValueKind.Array
        ? [.. value.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!)]
        : Audience is { } only ? [only] : [];

    public IEnumerable<JsonProperty> Members => _claims.EnumerateObject();

    /// <summary>A JWT in its compact form, unchecked; null for any other text.</summary>
    public static JsonWebToken? ReadUnchecked(string? text)
    {
        try
        {
            return new JsonWebToken(text);
        }
        catch (ArgumentException)
        {
            // Not three or five parts of base64url and JSON: SecurityTokenMalformedException is one of these.
            return null;
        }
    }

    public static SignedClaims Of(JsonWebToken verified)
    {
        using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(verified.EncodedPayload));
        return new(document.RootElement.Clone());
    }

    public bool Has(string name) => _claims.TryGetProperty(name, out _);

    public string? Text(string name) =>
        _claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A NumericDate, which may have a fraction (RFC 7519 §2); null for anything else.</summary>
    public DateTimeOffset? Time(string name) =>
        _claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetDouble(out var seconds) && seconds is >= 0 and < 100_000_000_000
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : null;

    /// <summary>True if iat or nbf is in the future, beyond the leeway, or is not a time.</summary>
    public bool IsFromTheFuture(DateTimeOffset now) => IsLater("iat", now) || IsLater("nbf", now);

    private bool IsLater(string name, DateTimeOffset now) =>
        _claims.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null && !(Time(name) <= now + Leeway);
}
