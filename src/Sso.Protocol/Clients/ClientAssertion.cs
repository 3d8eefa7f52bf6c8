using System.Globalization;
using Microsoft.IdentityModel.JsonWebTokens;
using OpenIddict.Abstractions;

namespace Sso.Protocol.Clients;

/// <summary>What a JWT that authenticates a client must say (RFC 7523 §3, OIDC Core §9).</summary>
public static class ClientAssertion
{
    public const string Type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private static readonly TimeSpan LongestOfFapi = TimeSpan.FromMinutes(5);

    /// <summary>RFC 7523 §3: what is unreasonably far off is refused. Common libraries write up to sixty minutes, unasked.</summary>
    private static readonly TimeSpan LongestOfOthers = TimeSpan.FromMinutes(60);

    public static readonly IReadOnlyList<string> SecretAlgorithms = ["HS256"];

    private static readonly string[] Types = ["JWT", "client-authentication+jwt"];

    /// <summary>Null if it is no JWT, of another type or of another client than client_id. Nothing in it is checked yet.</summary>
    public static string? ClaimedClient(OpenIddictRequest parameters) =>
        parameters.Text("client_assertion_type") == Type
        && SignedClaims.ReadUnchecked(parameters.Text("client_assertion")) is { IsEncrypted: false, Subject: { Length: > 0 } subject }
        && (parameters.Text("client_id") ?? subject) == subject
            ? subject
            : null;

    /// <summary>Why a well-signed assertion is refused, as the end of a sentence for its developer; null if it counts, once.</summary>
    /// <param name="endpoints">Our addresses that count as the issuer for ordinary clients, whose libraries put them there.</param>
    public static string? Refusal(
        JsonWebToken verified, SignedClaims claims, Client client, string issuer,
        IReadOnlyCollection<string> endpoints, DateTimeOffset now) =>
        claims switch
        {
            _ when verified.Typ is { Length: > 0 } type && !Types.Contains(type, StringComparer.OrdinalIgnoreCase) =>
                "typ names another kind of token",
            _ when claims.Issuer != client.Id || claims.Subject != client.Id => "iss and sub are not the client_id",
            _ when !IsForUs(claims, client, issuer, endpoints) => client.IsFapi
                ? "aud is not the issuer of this server, as one string"
                : "aud is not the issuer of this server or the endpoint that is called, and nothing else",
            { ExpiresAt: null } => "exp is missing or no number",
            { ExpiresAt: var end } when end <= now - SignedClaims.Leeway => "it has expired",
            { ExpiresAt: var end } when end > now + LongestFor(client) + SignedClaims.Leeway =>
                string.Create(CultureInfo.InvariantCulture, $"exp lies more than {LongestFor(client).TotalMinutes} minutes ahead"),
            _ when claims.IsFromTheFuture(now) => "iat or nbf lies ahead",
            { Id: null } => "jti is missing or too long",
            _ => null,
        };

    private static TimeSpan LongestFor(Client client) => client.IsFapi ? LongestOfFapi : LongestOfOthers;

    /// <summary>FAPI 2.0 §5.3.2.1: the issuer as one string and nothing else.</summary>
    private static bool IsForUs(SignedClaims claims, Client client, string issuer, IReadOnlyCollection<string> endpoints) =>
        claims.Audience == issuer
            || (!client.IsFapi && claims.OnlyAudience is { } audience && (audience == issuer || endpoints.Contains(audience)));
}
