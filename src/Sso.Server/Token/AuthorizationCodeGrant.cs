using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Grants;
using Sso.Data.Operations;
using Sso.Data.Sessions;
using Sso.Protocol.Tokens;
using Sso.Server.Authorization;
using Sso.Server.Issuance;

namespace Sso.Server.Token;

/// <summary>RFC 6749 §4.1.3, OIDC Core §3.1.3.2. One read, one write: a code makes the key of one row, so it counts once.</summary>
internal sealed class AuthorizationCodeGrant(
    SsoDbContext database, TokenOptions options, TimeProvider clock) : IGrant
{
    public async Task<Result<ApprovedPrincipal, OAuthError>> RedeemAsync(TokenRequest request, CancellationToken cancellation)
    {
        var code = request.Presented!.Code!;
        var now = clock.GetUtcNow();
        var signIn = await database.FindSignInAsync(code.SessionId, code.Request.Client.Id, now, cancellation);
        if (signIn is null || !CryptographicOperations.FixedTimeEquals(signIn.Secret, code.SessionSecret))
        {
            return OAuthError.InvalidGrant("the session has ended");
        }

        var state = signIn.ToState();
        // The gate once more, on the rows as they are now: a code is a promise, not a proof.
        var decision = InteractionPolicy.Decide(code.Request, state);
        var resources = LoadedGrant.Narrow(code.Request.Resources, request.Parameters.NamedResources);
        var refusal = Refusal(request, code)
            ?? (resources is null ? "a resource that was not granted" : null)
            ?? (decision is NextStep.Issue ? null : "the sign-in no longer satisfies the request");
        var authentication = decision is NextStep.Issue issue
            ? issue.Authentication
            : new Authentication(now, Authentication.SingleFactor, []);
        var grant = NewGrant(request, code, state, authentication, refusal, now);
        if (!await database.TryInsertGrantAsync(grant, code.SessionSecret, cancellation))
        {
            if (!await database.Grants.AnyAsync(row => row.Id == grant.Id, cancellation))
            {
                return OAuthError.InvalidGrant("the session has ended, or the client is off");
            }

            // A second use by the same client means that the code was stolen (RFC 6749 §4.1.2).
            if (grant.ClientId == request.Client.Id)
            {
                var recorded = SecurityEvent.CodeReused(now, grant.PersonId, grant.SessionId, grant.ClientId);
                await database.RevokeAsync(grant, "code used twice", recorded, now, cancellation);
            }

            return OAuthError.InvalidGrant("used before");
        }

        if (resources is not { } named)
        {
            return OAuthError.InvalidTarget(request.Parameters.NamedResources[0]);
        }

        if (refusal is not null || decision is not NextStep.Issue approved)
        {
            return OAuthError.InvalidGrant(refusal ?? "refused");
        }

        return ApprovedPrincipal.OfPerson(
            ApprovedGrant.ForPerson(approved, code.Request, state, grant.Id, named),
            grant.Offline ? new(grant.Id, grant.Secret, grant.Generation) : null,
            code.Request.Claims.IdToken);
    }

    /// <summary>Why this redemption fails; it uses up the code all the same (RFC 9700 §4.5).</summary>
    private static string? Refusal(TokenRequest request, RedeemableCode code)
    {
        if (code.Request.Client.Id != request.Client.Id)
        {
            return "issued to another client";
        }

        if (code.Request.RedirectUri.Value != request.Parameters.Text("redirect_uri"))
        {
            return "another redirect_uri than in the authorization request";
        }

        if (code.Request.DpopKey is { } key && request.Sender != new SenderConstraint(SenderConstraint.Dpop, key))
        {
            return "another key than the one that the code is bound to";
        }

        var verifier = request.Parameters.Text("code_verifier");
        return code.Request.CodeChallenge switch
        {
            null => verifier is null ? null : "a code_verifier without a code_challenge",
            var challenge => challenge.IsAnsweredBy(verifier) ? null : "the code_verifier does not answer the code_challenge",
        };
    }

    private Grant NewGrant(
        TokenRequest request, RedeemableCode code, SignInState state, Authentication authentication, string? refusal, DateTimeOffset now)
    {
        var offline = code.Request.Scopes.Contains(Scopes.OfflineAccess)
            && code.Request.Client.GrantTypes.Contains(GrantTypes.RefreshToken);
        return new()
        {
            Id = code.GrantId,
            Secret = code.GrantSecret,
            ClientId = code.Request.Client.Id,
            PersonId = state.PersonId,
            SessionId = state.SessionId,
            Scopes = [.. code.Request.Scopes.Order(StringComparer.Ordinal)],
            Resources = [.. code.Request.Resources],
            AuthorizationDetails = code.Request.Details?.Json,
            UserInfoClaims = [.. code.Request.Claims.UserInfo.Order(StringComparer.Ordinal)],
            Offline = offline,
            AuthenticatedAt = authentication.Time,
            Acr = authentication.Acr,
            Amr = [.. authentication.Amr],
            BoundTo = request.Client.IsPublic ? request.Sender?.Stored : null,
            CreatedAt = now,
            ExpiresAt = now + (offline ? options.RefreshTokenAbsolute : options.AccessTokenLifetime),
            IdleExpiresAt = now + (offline ? options.RefreshTokenIdle : options.AccessTokenLifetime),
            RevokedAt = refusal is null ? null : now,
            RevokedBecause = refusal,
        };
    }
}
