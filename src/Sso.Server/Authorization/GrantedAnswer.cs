using System.Security.Cryptography;
using Sso.Data;
using Sso.Data.Grants;
using Sso.Data.Sessions;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Protocol.Tokens;
using Sso.Server.Token;
using Sso.Server.UserInfo;

namespace Sso.Server.Authorization;

/// <summary>
/// The answer to a request that was granted: a code, which is sealed and not stored, and where the response type asks for it
/// an ID token (OIDC Core §3.2.2.5, §3.3.2.5). Who got an ID token is told of the sign-out, whether or not a code is
/// redeemed: so its grant is written here.
/// </summary>
public sealed class GrantedAnswer(
    SsoDbContext database, AuthorizationCodes codes, IdTokenIssuer idTokens, AuthorizationResponse response, TimeProvider clock)
{
    public async Task<IResult> MakeAsync(
        HttpContext http, AuthorizationRequest request, SignInRow signIn, NextStep.Issue decision, CancellationToken cancellation)
    {
        var code = request.ResponseType.HasFlag(ResponseType.Code) ? codes.Seal(request, signIn) : null;
        if (!request.ResponseType.HasFlag(ResponseType.IdToken))
        {
            return response.Granted(http, request, code, idToken: null);
        }

        var grant = NewGrant(request, signIn, decision.Authentication);
        if (!await database.TryInsertGrantAsync(grant, signIn.Secret, cancellation))
        {
            // The session was ended between the look at it and now.
            return response.Error(request, OAuthError.LoginRequired);
        }

        // OIDC Core §5.4: without an access token the claims of the scopes stand in the ID token. With a code all claims come at its
        // redemption.
        var claims = code is null ? PersonClaims.OfScopes(request.Scopes).Union(request.Claims.IdToken) : [];
        var approved = ApprovedGrant.ForPerson(decision, request, signIn.ToState(), grant.Id, []);
        return (await idTokens.IssueAsync(approved, claims.ToHashSet(StringComparer.Ordinal), code, cancellation))
            .Failed(out var error, out var idToken)
            ? response.Error(request, error)
            : response.Granted(http, request, code, idToken);
    }

    private Grant NewGrant(AuthorizationRequest request, SignInRow signIn, Authentication authentication)
    {
        var now = clock.GetUtcNow();
        var (id, secret) = Grant.KeysOf(RandomNumberGenerator.GetBytes(16), now);
        return new()
        {
            Id = id,
            Secret = secret,
            ClientId = request.Client.Id,
            PersonId = signIn.PersonId,
            SessionId = signIn.SessionId,
            Scopes = [.. request.Scopes.Order(StringComparer.Ordinal)],
            Offline = false,
            AuthenticatedAt = authentication.Time,
            Acr = authentication.Acr,
            Amr = [.. authentication.Amr],
            CreatedAt = now,
            ExpiresAt = now + idTokens.Lifetime,
            IdleExpiresAt = now + idTokens.Lifetime,
        };
    }
}
