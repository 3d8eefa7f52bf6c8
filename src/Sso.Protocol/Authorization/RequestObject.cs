using System.Buffers.Text;
using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using OpenIddict.Abstractions;
using Sso.Protocol.Clients;

namespace Sso.Protocol.Authorization;

/// <summary>
/// What a request object says whose signature was verified (RFC 9101 §4, OIDC Core §6.1). Its parameters are the whole request:
/// nothing outside counts (RFC 9101 §6.3).
/// </summary>
public static class RequestObject
{
    public const string Type = "oauth-authz-req+jwt";

    /// <summary>For clients that must sign: how far ahead it may end, and how old it may be (FAPI 2.0 Message Signing §5.3.1).</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(60);

    /// <summary>For clocks that run ahead of ours.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(10);

    /// <summary>What makes it a JWT and is no parameter (RFC 7519 §4.1).</summary>
    private static readonly FrozenSet<string> JwtClaims = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

    private static readonly string[] Types = [Type, "application/" + Type, "JWT"];

    /// <param name="token">Its signature was verified.</param>
    /// <param name="client">That signed it.</param>
    /// <param name="issuer">Ours.</param>
    /// <param name="now">The time.</param>
    /// <param name="isStrict">True: iss, aud, exp and nbf must be there, and the life is limited.</param>
    public static Result<OpenIddictRequest> Read(JsonWebToken token, Client client, string issuer, DateTimeOffset now, bool isStrict)
    {
        try
        {
            using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(token.EncodedPayload));
            var payload = document.RootElement;
            if (payload.ValueKind != JsonValueKind.Object)
            {
                return OAuthError.InvalidRequestObject("The request object is not a JSON object.");
            }

            if ((Flaw(token.Typ, payload, client, issuer, isStrict) ?? TimeFlaw(payload, now, isStrict)) is { } flaw)
            {
                return OAuthError.InvalidRequestObject(flaw);
            }

            var parameters = payload.EnumerateObject().Where(member => !JwtClaims.Contains(member.Name)).SelectMany(Values);
            return RequestParameters.From(parameters).Failed(out var error, out var inside) ? error : inside.With("client_id", client.Id);
        }
        catch (JsonException)
        {
            return OAuthError.InvalidRequestObject("The request object is not JSON.");
        }
    }

    private static string? Flaw(string? type, JsonElement payload, Client client, string issuer, bool isStrict) => payload switch
    {
        _ when !string.IsNullOrEmpty(type) && !Types.Contains(type, StringComparer.OrdinalIgnoreCase) =>
            $"The typ of the request object must be {Type}.",
        _ when Has(payload, "request") || Has(payload, "request_uri") => "A request object must not hold another one.",
        _ when Has(payload, "client_id") && Text(payload, "client_id") != client.Id =>
            "The client_id inside the request object is not the one outside.",
        _ when Text(payload, "iss") is var iss && iss != client.Id && (iss is not null || isStrict) =>
            "The iss of the request object must be the client_id.",
        // RFC 9101 §10.8: what the client signs to authenticate must not pass for a request.
        _ when Text(payload, "sub") == client.Id => "The sub of a request object must not be the client_id.",
        _ when !(Has(payload, "aud") ? Audiences(payload).Contains(issuer) : !isStrict) =>
            "The aud of the request object must be the issuer of this server.",
        _ => null,
    };

    private static string? TimeFlaw(JsonElement payload, DateTimeOffset now, bool isStrict)
    {
        if (!TryTime(payload, "exp", out var end) || !TryTime(payload, "nbf", out var start))
        {
            return "exp and nbf of the request object must be numbers of seconds.";
        }

        return (end, start) switch
        {
            _ when end <= now => "The request object has expired.",
            _ when start > now + Skew => "The request object is not valid yet.",
            _ when !isStrict => null,
            (null, _) or (_, null) => "The request object must have exp and nbf.",
            _ when end - now > LongestLife + Skew || end - start > LongestLife + Skew || now - start > LongestLife =>
                "The request object must live at most 60 minutes.",
            _ => null,
        };
    }

    private static IEnumerable<KeyValuePair<string, string?>> Values(JsonProperty member) => member.Value.ValueKind switch
    {
        JsonValueKind.Null => [],
        JsonValueKind.String => [new(member.Name, member.Value.GetString())],
        JsonValueKind.Array when member.Name == "resource" => member.Value.EnumerateArray()
            .Select(one => KeyValuePair.Create(member.Name, one.ValueKind == JsonValueKind.String ? one.GetString() : one.GetRawText())),
        // Numbers such as max_age, objects such as claims: as they are written.
        _ => [new(member.Name, member.Value.GetRawText())],
    };

    private static bool Has(JsonElement payload, string name) => payload.TryGetProperty(name, out _);

    private static string? Text(JsonElement payload, string name) =>
        payload.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static IEnumerable<string?> Audiences(JsonElement payload) => payload.GetProperty("aud") switch
    {
        { ValueKind: JsonValueKind.Array } many =>
            [.. many.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString())],
        { ValueKind: JsonValueKind.String } one => [one.GetString()],
        _ => [],
    };

    /// <summary>False for what is there and is no time; null where it is not there.</summary>
    private static bool TryTime(JsonElement payload, string name, out DateTimeOffset? time)
    {
        time = null;
        if (!payload.TryGetProperty(name, out var value))
        {
            return true;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var seconds) || seconds is < 0 or > 100_000_000_000)
        {
            return false;
        }

        time = DateTimeOffset.UnixEpoch.AddSeconds(seconds);
        return true;
    }
}
