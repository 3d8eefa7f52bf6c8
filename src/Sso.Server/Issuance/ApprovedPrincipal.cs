using System.Collections.Frozen;
using System.Security.Claims;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using Sso.Extensions.RichRequests;
using Sso.Protocol.Tokens;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Issuance;

/// <summary>Whom OpenIddict may sign in: an <see cref="ApprovedGrant"/>, so a decision, and whatever else the tokens need.</summary>
internal sealed class ApprovedPrincipal : ClaimsPrincipal
{
    public ApprovedPrincipal(ApprovedGrant grant)
        : base(new ClaimsIdentity([new(OpenIddictConstants.Claims.Subject, grant.Subject)], "Sso"))
    {
        Grant = grant;
        if (grant.AuthorizationDetails is { } details)
        {
            this.Details = details;
        }
    }

    public ApprovedGrant Grant { get; }

    /// <summary>The claims about the person in the ID token (OIDC Core §5.4, §5.5).</summary>
    public IReadOnlySet<string> PersonClaims { get; init; } = FrozenSet<string>.Empty;

    /// <summary>The code that is issued; null if none is.</summary>
    public Func<string>? SealCode { get; init; }

    /// <summary>True if an ID token is issued.</summary>
    public bool HasIdToken { get; init; }

    /// <summary>What the refresh token says; null if the grant has none.</summary>
    public RefreshHandle? RefreshToken { get; init; }

    /// <summary>True for an exchange (RFC 8693).</summary>
    public bool IsExchange { get; init; }

    /// <summary>What the token endpoint issues for a person.</summary>
    /// <param name="refreshToken">Null if the grant has none.</param>
    /// <param name="asked">The claims that were asked for in the ID token by name (OIDC Core §5.5).</param>
    public static ApprovedPrincipal OfPerson(ApprovedGrant grant, RefreshHandle? refreshToken, IReadOnlySet<string>? asked = null) =>
        new(grant)
        {
            RefreshToken = refreshToken,
            HasIdToken = grant.Scopes.Contains(Scopes.OpenId),
            PersonClaims = Issuance.PersonClaims.InIdToken(grant, asked ?? FrozenSet<string>.Empty),
        };
}

/// <summary>The gate, in place of OpenIddict's demands: nobody is signed in without a decision that approved them.</summary>
internal static class RequireApproval
{
    /// <exception cref="InvalidOperationException">Not approved: a bug, for which there is no answer.</exception>
    public static void Check(ProcessSignInContext context)
    {
        if (context.EndpointType is not (OpenIddictServerEndpointType.Authorization or OpenIddictServerEndpointType.Token)
            || context.Principal is not ApprovedPrincipal)
        {
            throw new InvalidOperationException("A sign-in past the gate.");
        }
    }
}
