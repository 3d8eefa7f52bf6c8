using System.Collections.Immutable;
using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using Sso.Protocol.Tokens;
using Sso.Server.Clients;
using Sso.Server.Http;
using Sso.Server.Issuance;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Token;

/// <summary>Which tokens a sign-in issues, and what each of them says, in place of OpenIddict's rules about scopes and rows.</summary>
internal sealed class PrepareTokens(
    PersonReader people, ClientDirectory clients, SsoOptions options, TokenOptions lifetimes, TimeProvider clock)
    : IOpenIddictServerHandler<ProcessSignInContext>
{
    public async ValueTask HandleAsync(ProcessSignInContext context)
    {
        var (approved, now) = ((ApprovedPrincipal)context.Principal!, clock.GetUtcNow());
        if (approved.SealCode is not null)
        {
            context.GenerateAuthorizationCode = context.IncludeAuthorizationCode = true;
            context.AuthorizationCodePrincipal = approved;
        }

        if (context.EndpointType == OpenIddictServerEndpointType.Token)
        {
            context.GenerateAccessToken = context.IncludeAccessToken = true;
            context.AccessTokenPrincipal = OfAccessToken(approved, now);
        }

        if (approved.RefreshToken is not null)
        {
            context.GenerateRefreshToken = context.IncludeRefreshToken = true;
            context.RefreshTokenPrincipal = approved;
        }

        if (approved.HasIdToken)
        {
            context.GenerateIdentityToken = context.IncludeIdentityToken = true;
            context.IdentityTokenPrincipal = await OfIdTokenAsync(approved, now, context.CancellationToken);
        }
    }

    /// <summary>RFC 9068 §2.2; <see cref="AccessToken.GrantClaim"/> ties it to the grant whose revocation ends it.</summary>
    public ClaimsPrincipal OfAccessToken(ApprovedPrincipal approved, DateTimeOffset now)
    {
        var grant = approved.Grant;
        var audience = Audience.Of(grant.Scopes, grant.Resources, clients.Resources);
        var lifetime = grant.NotAfter is { } end && end - now < lifetimes.AccessTokenLifetime ? end - now : lifetimes.AccessTokenLifetime;
        var principal = New(grant, audience.ValuesFor(options.Issuer), now, lifetime);
        principal
            .AddClaim(Claims.ClientId, grant.Client.Id)
            .AddClaim(Claims.Scope, Sso.Protocol.Scopes.Format(audience.Scopes))
            .AddClaim(Claims.JwtId, new Guid(RandomNumberGenerator.GetBytes(16)).ToString());
        if (grant.GrantId is { } grantId)
        {
            principal.AddClaim(AccessToken.GrantClaim, grantId.ToString("N"));
        }

        if (grant.Actor.AsJson() is { } actor)
        {
            principal.AddClaim(Actor.Claim, actor);
        }

        if (grant.Authentication is { } authentication)
        {
            Tell(principal, authentication);
        }

        return principal;
    }

    /// <summary>OIDC Core §2: what happened. Who it is comes from userinfo (§5.4) unless it was asked for here.</summary>
    public async Task<ClaimsPrincipal> OfIdTokenAsync(ApprovedPrincipal approved, DateTimeOffset now, CancellationToken cancellation)
    {
        var grant = approved.Grant;
        var principal = New(grant, [grant.Client.Id], now, lifetimes.IdTokenLifetime);
        Tell(principal, grant.Authentication!);
        if (grant.Nonce is { } nonce)
        {
            principal.AddClaim(Claims.Nonce, nonce);
        }

        if (grant.SessionId is { } sessionId)
        {
            principal.AddClaim("sid", grant.Client.SidOf(sessionId));
        }

        foreach (var (name, value) in await people.FindClaimsAsync(grant.GrantId!.Value, approved.PersonClaims, cancellation))
        {
            principal.SetClaim(name, value);
        }

        return principal;
    }

    /// <summary>Added, under the names that <see cref="WriteTokens"/> writes: setting one means looking for another to replace.</summary>
    private ClaimsPrincipal New(ApprovedGrant grant, ImmutableArray<string> audience, DateTimeOffset now, TimeSpan lifetime)
    {
        var principal = new ClaimsPrincipal(new ClaimsIdentity("Sso"))
            .AddClaim(Claims.Subject, grant.Subject)
            .AddClaim(Claims.Issuer, options.Issuer)
            .AddClaim(Claims.IssuedAt, now.ToUnixTimeSeconds())
            .AddClaim(Claims.ExpiresAt, (now + lifetime).ToUnixTimeSeconds());
        foreach (var reader in audience)
        {
            principal.AddClaim(Claims.Audience, reader);
        }

        return principal;
    }

    private static void Tell(ClaimsPrincipal principal, Authentication authentication)
    {
        principal
            .AddClaim(Claims.AuthenticationTime, authentication.Time.ToUnixTimeSeconds())
            .AddClaim(Claims.AuthenticationContextReference, authentication.Acr);
        var methods = new JsonArray([.. authentication.Amr.Select(method => (JsonNode)method)]);
        AddArray(principal, Claims.AuthenticationMethodReference, methods.ToJsonString());
    }

    /// <summary>One claim with the whole array: with one claim for each value, a single one would be written without brackets.</summary>
    private static void AddArray(ClaimsPrincipal principal, string name, string json) =>
        ((ClaimsIdentity)principal.Identity!).AddClaim(new(name, json, JsonClaimValueTypes.JsonArray));

    /// <summary>What the answer of the token endpoint says (RFC 6749 §5.1) beyond what OpenIddict puts there.</summary>
    public static void DescribeAnswer(ProcessSignInContext context)
    {
        if (context is { AccessTokenPrincipal: { } token, Principal: ApprovedPrincipal approved })
        {
            context.Response.ExpiresIn = Seconds(token, Claims.ExpiresAt) - Seconds(token, Claims.IssuedAt);
            context.Response.Scope = token.GetClaim(Claims.Scope);
            context.Response.IssuedTokenType = approved.IsExchange ? TokenTypeIdentifiers.AccessToken : null;
        }
    }

    private static long Seconds(ClaimsPrincipal token, string claim) => long.Parse(token.GetClaim(claim)!, CultureInfo.InvariantCulture);
}
