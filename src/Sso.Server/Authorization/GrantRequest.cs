using System.Collections.Frozen;
using System.Security.Cryptography;
using OpenIddict.Server;
using Sso.Extensions.Host;
using Sso.Data;
using Sso.Data.Grants;
using Sso.Data.Sessions;
using Sso.Protocol.Tokens;
using Sso.Server.ClientAuthentication;
using Sso.Server.Http;
using Sso.Server.Issuance;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Authorization;

/// <summary>
/// Asks the gate, and signs in whomever it approves: with a code, which is sealed and not stored, and with an ID token if the response type
/// asks for one (OIDC Core §3.2.2.5, §3.3.2.5). A client that got an ID token is told of the sign-out, whether or not a code is redeemed:
/// so its grant is written here.
/// </summary>
internal sealed class GrantRequest(
    Interaction interaction, SsoDbContext database, AuthorizationCodeSealer codes, TokenOptions lifetimes,
    ClientRefusals refusals, TimeProvider clock)
    : IOpenIddictServerHandler<HandleAuthorizationRequestContext>
{
    public async ValueTask HandleAsync(HandleAuthorizationRequestContext context)
    {
        var request = ReceiveRequest.Of(context.Transaction);
        switch (await interaction.DecideAsync(context.Http, request, context.CancellationToken))
        {
            case RequestOutcome.Elsewhere elsewhere:
                await context.AnswerAsync(new SeeOther(elsewhere.Address));
                break;
            case RequestOutcome.Refused refused:
                await RecordAsync(context.Http, request, refused.Error, context.CancellationToken);
                context.Refuse(refused.Error);
                break;
            case RequestOutcome.Granted granted when await ApproveAsync(request, granted, context.CancellationToken) is { } approved:
                context.SignIn(approved);
                break;
            default:
                // The session was ended after it was looked at.
                context.Refuse(OAuthError.LoginRequired);
                break;
        }
    }

    /// <summary>That a page would have been needed is no mistake; what no sign-in can reach is.</summary>
    private async Task RecordAsync(HttpContext http, AuthorizationRequest request, OAuthError error, CancellationToken cancellation)
    {
        if (error.Id == OAuthError.UnmetAuthenticationRequirements.Id)
        {
            await refusals.RecordRequestAsync(
                http, request.Client.Id, RefusedValue.Printable(string.Join(' ', request.AcrValues)), error.Id, cancellation);
        }
    }

    private async Task<ApprovedPrincipal?> ApproveAsync(
        AuthorizationRequest request, RequestOutcome.Granted granted, CancellationToken cancellation)
    {
        var (hasCode, hasIdToken) = (request.ResponseType.HasFlag(ResponseType.Code), request.ResponseType.HasFlag(ResponseType.IdToken));
        var grant = hasIdToken ? NewGrant(request, granted.SignIn, granted.Decision.Authentication) : null;
        return grant is not null && !await database.TryInsertGrantAsync(grant, granted.SignIn.Secret, cancellation)
            ? null
            : new(ApprovedGrant.ForPerson(granted.Decision, request, granted.SignIn.ToState(), grant?.Id, []))
            {
                SealCode = hasCode ? () => codes.Seal(request, granted.SignIn) : null,
                HasIdToken = hasIdToken,
                // OIDC Core §5.4: without an access token, the claims of the scopes are in the ID token. With a code, all claims come at
                // its redemption.
                PersonClaims = hasCode
                    ? FrozenSet<string>.Empty
                    : PersonClaims.OfScopes(request.Scopes).Union(request.Claims.IdToken).ToHashSet(StringComparer.Ordinal),
            };
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
            ExpiresAt = now + lifetimes.IdTokenLifetime,
            IdleExpiresAt = now + lifetimes.IdTokenLifetime,
        };
    }
}
