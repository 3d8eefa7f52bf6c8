using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Sso.Protocol.Tokens;

namespace Sso.Server.Issuance;

/// <summary>One of our access tokens, with signature, issuer and life checked; only the row tells whether its grant is in force.</summary>
internal sealed class IssuedAccessToken(JsonWebToken token)
{
    public string Subject => token.Subject;

    public string ClientId => token.GetPayloadValue<string>("client_id");

    public string Id => token.Id;

    public DateTimeOffset IssuedAt => token.IssuedAt;

    public DateTimeOffset ExpiresAt => token.ValidTo;

    public IReadOnlyList<string> Audiences => [.. token.Audiences];

    public IReadOnlyList<string> Scopes { get; } =
        token.GetPayloadValue<string>("scope").Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>RFC 9470 §6.1: how the person proved who they are; null if there is no person.</summary>
    public string? Acr => token.TryGetPayloadValue<string>("acr", out var acr) ? acr : null;

    /// <summary>When they did; null if there is no person.</summary>
    public DateTimeOffset? AuthenticatedAt =>
        token.TryGetPayloadValue<long>("auth_time", out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    /// <summary>RFC 8693 §4.1.</summary>
    public Actor Actor => token.TryGetPayloadValue<JsonElement>(Actor.Claim, out var actor) ? Actor.Read(actor) : Actor.None;

    /// <summary>The key to which it is bound (RFC 7800 §3.1); null for a bearer token.</summary>
    public SenderConstraint? Sender { get; } =
        token.TryGetPayloadValue<JsonElement>("cnf", out var confirmation) ? SenderConstraint.Read(confirmation) : null;

    /// <summary>False for a token that came from an exchange: authorization details stay with the first.</summary>
    public bool HasAuthorizationDetails => token.TryGetClaim("authorization_details", out _);

    /// <summary>Null for a token of the client credentials grant, which has no row.</summary>
    public Guid? GrantId =>
        token.TryGetPayloadValue<string>(AccessToken.GrantClaim, out var grant) && Guid.TryParse(grant, out var id) ? id : null;
}
