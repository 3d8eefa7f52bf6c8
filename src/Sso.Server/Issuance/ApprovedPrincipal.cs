using System.Collections.Frozen;
using System.Security.Claims;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using Sso.Extensions.RichRequests;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Protocol.Tokens;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Issuance;

/// <summary>
/// Whom OpenIddict may sign in: made of an <see cref="ApprovedGrant"/>, which only a decision of <see cref="InteractionPolicy"/> makes, and with
/// what the tokens need beside it.
/// </summary>
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

    /// <summary>What a person is called and so on in the ID token (OIDC Core §5.4, §5.5).</summary>
    public IReadOnlySet<string> PersonClaims { get; init; } = FrozenSet<string>.Empty;

    /// <summary>The code that is given; null where none is.</summary>
    public Func<string>? SealCode { get; init; }

    /// <summary>True where an ID token is given.</summary>
    public bool HasIdToken { get; init; }

    /// <summary>What the refresh token says; null where none belongs to the grant.</summary>
    public RefreshHandle? RefreshToken { get; init; }

    /// <summary>True for an exchange (RFC 8693).</summary>
    public bool IsExchange { get; init; }

    /// <summary>What the token endpoint gives for a person.</summary>
    /// <param name="refreshToken">Null where none belongs to the grant.</param>
    /// <param name="asked">The claims that were asked for in the ID token by name (OIDC Core §5.5).</param>
    public static ApprovedPrincipal OfPerson(ApprovedGrant grant, RefreshHandle? refreshToken, IReadOnlySet<string>? asked = null) => new(grant)
    {
        RefreshToken = refreshToken,
        HasIdToken = grant.Scopes.Contains(Scopes.OpenId),
        PersonClaims = Issuance.PersonClaims.InIdToken(grant, asked ?? FrozenSet<string>.Empty),
    };

    public override string ToString() => "(approved)";
}

/// <summary>
/// The gate, in the place of what OpenIddict asks of a sign-in: nobody is signed in whom no decision approved, whichever code asks it to.
/// </summary>
internal static class RequireApproval
{
    /// <exception cref="InvalidOperationException">Not approved: a bug, and no answer to give.</exception>
    public static void Check(ProcessSignInContext context)
    {
        if (context.EndpointType is not (OpenIddictServerEndpointType.Authorization or OpenIddictServerEndpointType.Token)
            || context.Principal is not ApprovedPrincipal)
        {
            throw new InvalidOperationException("A sign-in past the gate.");
        }
    }
}
