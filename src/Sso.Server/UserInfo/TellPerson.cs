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
            wanted.UnionWith(row.Claims);
            foreach (var (name, value) in PersonClaims.Of(row, wanted))
            {
                context.Claims[name] = value;
            }
        }
    }
}
