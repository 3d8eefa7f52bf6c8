using System.Collections.Frozen;
using System.Collections.Immutable;
using OpenIddict.Abstractions;
using Sso.Data;
using Sso.Data.Grants;
using Sso.Protocol.Tokens;
using Sso.Server.Clients;
using Sso.Server.Issuance;

namespace Sso.Server.Token;

/// <summary>
/// Token exchange (RFC 8693): an API that was called with an access token gets one for the API behind it. Only for clients and targets that
/// an operator allowed; only for our access tokens that were meant for the client that exchanges; the result has not a scope more, lives
/// not a second longer, belongs to the same grant and says who acts.
/// </summary>
internal sealed class TokenExchangeGrant(SsoDbContext database, IssuedTokenValidator issued, ClientDirectory clients, TimeProvider clock)
    : IGrant
{
    /// <summary>RFC 8693 §3: the only type that is accepted and issued.</summary>
    private const string AccessTokenType = OpenIddictConstants.TokenTypeIdentifiers.AccessToken;

    public async Task<Result<ApprovedPrincipal, OAuthError>> RedeemAsync(TokenRequest request, CancellationToken cancellation)
    {
        if (Refused(request.Parameters) is { } refused)
        {
            return refused;
        }

        if (request.Client.IsPublic)
        {
            return OAuthError.UnauthorizedGrantType;
        }

        var token = await issued.ValidateAccessTokenAsync(request.Parameters.Text("subject_token")!, isForUs: false);
        if (token is null || !token.Audiences.Any(audience => clients.FindResource(audience)?.ClientId == request.Client.Id))
        {
            return OAuthError.UnacceptableSubject(token is null ? "not an access token of ours, or past its life" : "meant for others");
        }

        // Somebody who stole a bound token must not get an unbound one for it. The caller's key cannot be proved here, so that of this
        // client takes its place.
        if (token.Sender is not null && request.Sender is null)
        {
            return OAuthError.BoundSubject;
        }

        if ((await LoadAsync(token, request.Client, cancellation)).Failed(out var error, out var loaded)
            || (error = await ActorErrorAsync(request)) is not null
            || Targets(request).Failed(out error, out var targets)
            || Scope(request, token, targets).Failed(out error, out var scopes))
        {
            return error;
        }

        return token.Actor.ActedBy(request.Client.Id) is { } actor
            ? new ApprovedPrincipal(ApprovedGrant.Exchanged(
                request.Client, loaded, token.Subject, scopes, [.. targets.Select(target => target.Id)], actor, token.ExpiresAt))
            { IsExchange = true }
            : OAuthError.UnacceptableSubject("it was exchanged too often");
    }

    /// <summary>RFC 8693 §2.1.</summary>
    private static OAuthError? Refused(OpenIddictRequest parameters) => parameters switch
    {
        _ when parameters.Text("subject_token") is null => OAuthError.ParameterMissing("subject_token"),
        _ when parameters.Text("subject_token_type") != AccessTokenType => OAuthError.SubjectTokenType,
        _ when parameters.Text("requested_token_type") is not (null or AccessTokenType) => OAuthError.RequestedTokenType,
        _ when parameters.Text("actor_token_type") != (parameters.Text("actor_token") is null ? null : AccessTokenType) =>
            OAuthError.ActorTokenType,
        _ => null,
    };

    /// <summary>Its grant, person, client and what either client demands, as the rows are now. Null if there is no person.</summary>
    private async Task<Result<LoadedGrant?, OAuthError>> LoadAsync(
        IssuedAccessToken token, Client exchanger, CancellationToken cancellation)
    {
        if (clients.Find(token.ClientId) is not { } first)
        {
            return OAuthError.UnacceptableSubject("its client is disabled");
        }

        if (token.GrantId is not { } grantId)
        {
            return (LoadedGrant?)null;
        }

        var named = await database.FindInForceAsync(grantId, clock.GetUtcNow(), cancellation);
        return named?.Grant.ToLoaded() switch
        {
            null => OAuthError.UnacceptableSubject("its grant was revoked, or its person is disabled"),
            var loaded when !InteractionPolicy.StillSatisfies(first, loaded.Authentication.Amr)
                || !InteractionPolicy.StillSatisfies(exchanger, loaded.Authentication.Amr) =>
                    OAuthError.UnacceptableSubject("a client's policy is not met"),
            var loaded => loaded,
        };
    }

    /// <summary>The actor is the authenticated client; an actor token may only repeat that.</summary>
    private async Task<OAuthError?> ActorErrorAsync(TokenRequest request) =>
        request.Parameters.Text("actor_token") is not { } actorToken ? null
        : await issued.ValidateAccessTokenAsync(actorToken, isForUs: false) is { GrantId: null } own
            && own.ClientId == request.Client.Id && own.Subject == request.Client.Id
            ? own.Sender is not null && own.Sender != request.Sender ? OAuthError.BoundActor : null
        : OAuthError.UnacceptableActor;

    /// <summary>RFC 8693 §2.1: resources and an audience: a resource, or the client that introspects for it. One is implied.</summary>
    private Result<ImmutableArray<Resource>, OAuthError> Targets(TokenRequest request)
    {
        var allowed = request.Client.ExchangeTargets.Select(clients.FindResource).OfType<Resource>().ToList();
        ImmutableArray<string> named =
            [.. request.Parameters.NamedResources, .. request.Parameters.Text("audience") is { } audience ? (string[])[audience] : []];
        if (named.IsEmpty)
        {
            return allowed.Count == 1 ? allowed.ToImmutableArray() : OAuthError.ExchangeTarget;
        }

        var meant = named
            .Select(name => (
                Name: name,
                Found: allowed.Find(resource =>
                    resource.Id == name || (name == request.Parameters.Text("audience") && resource.ClientId == name))))
            .ToList();
        return meant.Find(pair => pair.Found is null) is { Name: { } foreign }
            ? OAuthError.InvalidTarget(foreign)
            : meant.Select(pair => pair.Found!).DistinctBy(resource => resource.Id).ToImmutableArray();
    }

    private static Result<FrozenSet<string>, OAuthError> Scope(
        TokenRequest request, IssuedAccessToken token, ImmutableArray<Resource> targets)
    {
        if (Scopes.Parse(request.Parameters.Text("scope")) is not { } asked)
        {
            return OAuthError.MalformedScope;
        }

        var possible = token.Scopes.Where(scope => targets.Any(target => target.Scopes.Contains(scope)))
            .ToFrozenSet(StringComparer.Ordinal);
        if (asked.FirstOrDefault(scope => !possible.Contains(scope)) is { } wider)
        {
            return OAuthError.InvalidScope(wider);
        }

        return possible.Count == 0 ? OAuthError.NothingToExchange : asked.Count == 0 ? possible : asked;
    }
}
