using OpenIddict.Server;
using Sso.Extensions.Host;
using Sso.Protocol;
using Sso.Server.ClientAuthentication;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Engine;

/// <summary>Our client authentication (RFC 6749 §2.3) in the place of OpenIddict's, before anything is told about a token.</summary>
internal sealed class AuthenticateClient(ClientAuthenticator clients) : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    private const string Authenticated = "sso:client";

    /// <summary>Who asks, once it is proved.</summary>
    public static ClientRequest Of(OpenIddictServerTransaction transaction) => Find(transaction)!;

    /// <summary>Null where nothing was proved.</summary>
    public static ClientRequest? Find(OpenIddictServerTransaction transaction) => (ClientRequest?)transaction.Properties.GetValueOrDefault(Authenticated);

    /// <summary>Reads the form that an application posts: each parameter once (RFC 6749 §3.2). What proves its client is left for later.</summary>
    public static async ValueTask ReadFormAsync(BaseValidatingContext context)
    {
        if (!context.Http.Request.HasFormContentType)
        {
            context.Refuse(OAuthError.FormOnly);
            return;
        }

        var form = await context.Http.Request.ReadFormAsync(context.CancellationToken);
        if (RequestParameters.From(form.SelectMany(pair => pair.Value, (pair, value) => KeyValuePair.Create(pair.Key, value))).Failed(out var error, out var parameters))
        {
            context.Refuse(error);
            return;
        }

        context.Transaction.Request = parameters;
    }

    public async ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        if ((await clients.AuthenticateAsync(context.Http, context.Request, context.CancellationToken)).Failed(out var error, out var client))
        {
            context.Refuse(error);
            return;
        }

        // RFC 7662 §2.1: whoever asks has to be known, and a public client is anybody.
        if (client.IsPublic && context.EndpointType == OpenIddictServerEndpointType.Introspection)
        {
            context.Refuse(OAuthError.InvalidClient("a public client cannot introspect"));
            return;
        }

        context.Transaction.Properties[Authenticated] = new ClientRequest(client, context.Request);
        context.Request.ClientId = client.Id;
    }
}

/// <summary>Whoever presents an access token proved before who they are.</summary>
internal sealed class RequireCredentials : IOpenIddictServerHandlerFilter<ProcessAuthenticationContext>
{
    public ValueTask<bool> IsActiveAsync(ProcessAuthenticationContext context) =>
        ValueTask.FromResult(context.EndpointType != OpenIddictServerEndpointType.UserInfo);
}
