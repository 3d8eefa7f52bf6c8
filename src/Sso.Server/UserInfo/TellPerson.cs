using System.Text.Json.Nodes;
using OpenIddict.Server;
using Sso.Extensions.Dpop;
using Sso.Extensions.Host;
using Sso.Server.Clients;
using Sso.Server.Issuance;
using Sso.Server.StepUp;
using Sso.Server.Token;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.UserInfo;

/// <summary>The userinfo endpoint (OIDC Core §5.3): GET and POST. One read, one verification.</summary>
internal sealed class TellPerson(ClientDirectory clients, PersonReader people, ActionCatalogue actions, TimeProvider clock)
    : IOpenIddictServerHandler<HandleUserInfoRequestContext>
{
    public const string Path = "/connect/userinfo";

    public async ValueTask HandleAsync(HandleUserInfoRequestContext context)
    {
        var token = ReadToken.Of(context.Transaction).AccessToken!;
        var wanted = PersonClaims.OfScopes(token.Scopes);
        if (clients.Find(token.ClientId) is not { } client)
        {
            context.Refuse(OAuthError.InvalidToken("its client is disabled or gone"));
        }
        else if (!token.Scopes.Contains(Scopes.OpenId) || token.GrantId is not { } grantId)
        {
            context.Refuse(OAuthError.InsufficientScope);
        }
        else if (actions.Unmet(token.Scopes, token.Acr, token.AuthenticatedAt, clock.GetUtcNow()) is { } rule)
        {
            await context.AnswerAsync(new StepUpChallenge(rule, PresentToken.SchemeOf(context.Transaction)));
        }
        else if (await people.FindAsync(grantId, wanted, context.CancellationToken) is not { } row)
        {
            context.Refuse(OAuthError.InvalidToken("the grant was revoked, or its person is disabled"));
        }
        else
        {
            context.Subject = client.SubjectOf(row.Person.Id);
            foreach (var (name, value) in ClaimsOf(row, wanted))
            {
                context.Claims[name] = value;
            }
        }
    }

    /// <summary>What the scopes bring, and what was asked for by name (OIDC Core §5.4, §5.5).</summary>
    public static IEnumerable<KeyValuePair<string, JsonNode>> ClaimsOf(UserInfoRow row, IReadOnlySet<string> ofScopes) =>
        PersonClaims.Of(row, ofScopes.Union(row.Claims).ToHashSet(StringComparer.Ordinal));
}
