using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using OpenIddict.Abstractions;

namespace Sso.Protocol.Authorization;

/// <summary>A verified request object (RFC 9101 §4, OIDC Core §6.1): the whole request, nothing outside counts (RFC 9101 §6.3).</summary>
public static class RequestObject
{
    public const string Type = "oauth-authz-req+jwt";

    /// <summary>For clients that must sign: how far ahead it may end, and how old it may be (FAPI 2.0 Message Signing §5.3.1).</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(60);

    /// <summary>For clocks that run ahead of ours.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(10);

    /// <summary>What makes it a JWT and is not a parameter (RFC 7519 §4.1).</summary>
    private static readonly FrozenSet<string> JwtClaims = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

    private static readonly string[] Types = [Type, "application/" + Type, "JWT"];

    /// <param name="token">Its signature was verified.</param>
    /// <param name="isStrict">True: iss, aud, exp and nbf are required, and its life is limited.</param>
    public static Result<OpenIddictRequest, OAuthError> Read(
        JsonWebToken token, Client client, string issuer, DateTimeOffset now, bool isStrict)
    {
        var claims = SignedClaims.Of(token);
        if ((Flaw(token.Typ, claims, client, issuer, isStrict) ?? TimeFlaw(claims, now, isStrict)) is { } flaw)
        {
            return OAuthError.InvalidRequestObject(flaw);
        }

        var parameters = claims.Members.Where(member => !JwtClaims.Contains(member.Name)).SelectMany(Values);
        return RequestParameters.From(parameters).Failed(out var error, out var inside) ? error : inside.With("client_id", client.Id);
    }

    private static string? Flaw(string? type, SignedClaims claims, Client client, string issuer, bool isStrict) => claims switch
    {
        _ when !string.IsNullOrEmpty(type) && !Types.Contains(type, StringComparer.OrdinalIgnoreCase) =>
            $"The typ of the request object must be {Type}.",
        _ when claims.Has("request") || claims.Has("request_uri") => "A request object must not hold another one.",
        _ when claims.Has("client_id") && claims.Text("client_id") != client.Id =>
            "The client_id inside the request object is not the one outside.",
        _ when claims.Text("iss") is var iss && iss != client.Id && (iss is not null || isStrict) =>
            "The iss of the request object must be the client_id.",
        // RFC 9101 §10.8: what the client signs to authenticate itself must not pass for a request.
        _ when claims.Text("sub") == client.Id => "The sub of a request object must not be the client_id.",
        _ when !(claims.Has("aud") ? claims.Audiences.Contains(issuer) : !isStrict) =>
            "The aud of the request object must be the issuer of this server.",
        _ => null,
    };

    private static string? TimeFlaw(SignedClaims claims, DateTimeOffset now, bool isStrict)
    {
        var (end, start) = (claims.ExpiresAt, claims.Time("nbf"));
        return (end, start) switch
        {
            _ when (claims.Has("exp") && end is null) || (claims.Has("nbf") && start is null) =>
                "exp and nbf of the request object must be numbers of seconds.",
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
}
