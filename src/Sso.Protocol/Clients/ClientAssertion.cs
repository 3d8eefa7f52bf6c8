using Microsoft.IdentityModel.JsonWebTokens;

namespace Sso.Protocol.Clients;

/// <summary>What a JWT that authenticates a client must say (RFC 7523 §3, OIDC Core §9).</summary>
public static class ClientAssertion
{
    public const string Type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /// <summary>An assertion is made for one request; a longer one would have to be remembered longer.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    public static readonly IReadOnlyList<string> SecretAlgorithms = ["HS256"];

    private static readonly string[] Types = ["JWT", "client-authentication+jwt"];

    /// <summary>Whose assertion it claims to be; null for what is no JWT. Nothing of it is checked yet.</summary>
    public static string? ClaimedClient(string assertion)
    {
        try
        {
            return new JsonWebToken(assertion) is { IsEncrypted: false, Subject: { Length: > 0 } subject } ? subject : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Why an assertion with a good signature is refused, for the log; null when it is accepted once.</summary>
    /// <param name="endpoints">
    /// Addresses of ours that stand for the issuer as audience: for ordinary clients only, whose libraries put them there.
    /// </param>
    public static string? Refusal(
        JsonWebToken verified, SignedClaims claims, Client client, string issuer,
        IReadOnlyCollection<string> endpoints, DateTimeOffset now) =>
        claims switch
        {
            _ when verified.Typ is { Length: > 0 } type && !Types.Contains(type, StringComparer.OrdinalIgnoreCase) =>
                "a token of another kind",
            _ when claims.Issuer != client.Id || claims.Subject != client.Id => "iss and sub are not the client",
            _ when !IsForUs(claims, client, issuer, endpoints) => "aud is not ours alone",
            { ExpiresAt: null } => "no exp",
            { ExpiresAt: var end } when end <= now - SignedClaims.Leeway => "expired",
            { ExpiresAt: var end } when end > now + Longest + SignedClaims.Leeway => "exp is too far ahead",
            _ when claims.IsFromTheFuture(now) => "iat or nbf lies ahead",
            { Id: null } => "no jti, or too long a one",
            _ => null,
        };

    /// <summary>FAPI 2.0 §5.3.2.1: the issuer as one string and nothing else.</summary>
    private static bool IsForUs(SignedClaims claims, Client client, string issuer, IReadOnlyCollection<string> endpoints) =>
        claims.Audience == issuer
            || (!client.IsFapi && claims.OnlyAudience is { } audience && (audience == issuer || endpoints.Contains(audience)));
}
