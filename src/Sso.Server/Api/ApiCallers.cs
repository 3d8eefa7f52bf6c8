using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Limits;
using Sso.Data;
using Sso.Data.Clients;
using Sso.Extensions.Dpop;
using Sso.Protocol.Tokens;
using Sso.Server.ClientAuthentication;
using Sso.Server.Http;
using Sso.Server.Issuance;

namespace Sso.Server.Api;

/// <summary>
/// Which program calls the API (RFC 6750, RFC 9449 §7, RFC 8705 §3): by an access token of ours that is meant for the API alone and was
/// issued to a machine for itself. Its registration is read each time, so what an operator takes away ends at once, on every node.
/// </summary>
internal sealed class ApiCallers(
    IssuedTokenValidator tokens, TokenBindings bindings, SsoDbContext database, Throttle throttle, ClientRefusals refusals,
    SsoOptions options)
{
    public async Task<Result<string, ApiError>> IdentifyAsync(HttpContext http, string scope, CancellationToken cancellation)
    {
        var header = http.Request.Headers.Authorization;
        var (scheme, text) = PresentToken.ReadHeader(header.Count == 0 ? "" : header[0]!);
        if (header.Count > 1)
        {
            return Refused(scheme, OAuthError.AccessTokenTwice);
        }

        if (text.Length == 0)
        {
            // RFC 6750 §3.1: no token, no error code.
            return new ApiError(StatusCodes.Status401Unauthorized, "This address needs an access token.")
            {
                Challenges = [.. Challenges(used: null).Select(challenge => challenge.Plain)],
            };
        }

        if (await tokens.ValidateAccessTokenAsync(text, ApiScopes.ResourceOf(options.Issuer)) is not { } token)
        {
            return Refused(scheme, OAuthError.InvalidToken("not a token of ours in force for the API"));
        }

        if (await FindClientAsync(token, cancellation) is not { } client)
        {
            return Refused(scheme, OAuthError.InvalidToken("not of a machine that may use the API"));
        }

        if ((SenderRules.Refuse(client, token.Sender) is null
            ? await bindings.FindRefusalAsync(http, scheme, text, token, cancellation)
            : OAuthError.InvalidToken("from before its client had to bind them")) is { } refused)
        {
            return Refused(scheme, refused);
        }

        if (await throttle.ReserveApiRequestAsync(client.Id, cancellation) is { } wait)
        {
            return ApiError.Of(OAuthError.TooManyRequests(wait));
        }

        if (!token.Scopes.Contains(scope) || !client.Scopes.Contains(scope))
        {
            var missing = OAuthError.ApiScopeLacking(scope);
            await refusals.RecordClientAsync(http, client.Id, missing, cancellation);
            return Refused(scheme, missing, $", scope=\"{scope}\"");
        }

        return client.Id;
    }

    /// <summary>Null unless the token is a machine's own, for the API alone, and the machine is still one that may use it.</summary>
    private async Task<ClientRegistration?> FindClientAsync(IssuedAccessToken token, CancellationToken cancellation)
    {
        // A token for several resources could be used here by any of them.
        if (token is not { GrantId: null, Audiences.Count: 1, Actor.Chain.IsEmpty: true } || token.Subject != token.ClientId)
        {
            return null;
        }

        var (id, issuedAt) = (token.ClientId, token.IssuedAt);
        var client = await database.Clients.AsNoTracking()
            .SingleOrDefaultAsync(row => row.Id == id && row.DisabledAt == null, cancellation);
        return client is not null && ApiScopes.MayHave(client) && issuedAt >= client.FirstTokenAt ? client : null;
    }

    private ApiError Refused(string scheme, OAuthError error, string more = "")
    {
        var uri = options.ErrorUri(error);
        return ApiError.Of(error) with
        {
            Challenges =
            [
                .. Challenges(scheme).Select(challenge => challenge.Described(error, uri) + (challenge.WasUsed ? more : "")),
            ],
        };
    }

    private static AuthenticateChallenge[] Challenges(string? used) =>
    [
        new(AuthenticateChallenge.Bearer, used == AuthenticateChallenge.Bearer),
        new(AuthenticateChallenge.Dpop, used == AuthenticateChallenge.Dpop),
    ];
}
