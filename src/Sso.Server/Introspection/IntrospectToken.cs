using OpenIddict.Abstractions;
using OpenIddict.Server;
using Sso.Extensions.Host;
using Sso.Extensions.RichRequests;
using Sso.Protocol;
using Sso.Protocol.Tokens;
using Sso.Server.Engine;
using Sso.Server.Http;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Introspection;

/// <summary>What is told about a token (RFC 7662 §2.2), in the place of what OpenIddict would tell of its own rows.</summary>
internal sealed class IntrospectToken(TokenIntrospector introspector) : IOpenIddictServerHandler<HandleIntrospectionRequestContext>
{
    public const string Path = "/connect/introspect";

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        Handlers.Scoped<HandleIntrospectionRequestContext, IntrospectToken>(OpenIddictServerHandlers.Introspection.AttachMetadataClaims.Descriptor.Order);

    public async ValueTask HandleAsync(HandleIntrospectionRequestContext context)
    {
        var asker = AuthenticateClient.Of(context.Transaction).Client;
        if (await introspector.IntrospectAsync(asker, ReadToken.Of(context.Transaction), context.CancellationToken) is not { } found)
        {
            context.Refuse(OAuthError.InvalidToken("not in force, or not the asker's business"));
            return;
        }

        context.Issuer = context.Options.Issuer;
        context.Subject = found.Subject;
        context.ClientId = found.ClientId;
        context.Scopes.UnionWith(found.Scopes);
        context.IssuedAt = found.IssuedAt;
        context.ExpiresAt = found.ExpiresAt;
        context.Username = found.UserName;
        context.TokenType = found.TokenType;
        context.TokenId = found.TokenId;
        context.Confirmation = found.Sender is { } sender ? new() { [sender.Kind] = sender.Thumbprint } : null;
        context.Audiences.UnionWith(found.Audience);
        context.GenericTokenPrincipal.Details = found.AuthorizationDetails;
        Tell(context, found);
    }

    /// <summary>RFC 8693 §4.1, RFC 9470 §6.2.</summary>
    private static void Tell(HandleIntrospectionRequestContext context, TokenIntrospection found)
    {
        if (found.Actor.AsJson() is { } actor)
        {
            context.Claims[Actor.Claim] = actor;
        }

        if (found.Authentication is { } authentication)
        {
            context.Claims["auth_time"] = authentication.Time.ToUnixTimeSeconds();
            context.Claims["acr"] = authentication.Acr;
        }
    }
}

/// <summary>The issuer as it is configured: OpenIddict adds a slash to one without a path.</summary>
internal sealed class CorrectIssuer(SsoOptions options) : IOpenIddictServerHandler<ApplyIntrospectionResponseContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        Handlers.Singleton<ApplyIntrospectionResponseContext, CorrectIssuer>(AnswerRefusal<ApplyIntrospectionResponseContext>.Descriptor.Order + 500);

    public ValueTask HandleAsync(ApplyIntrospectionResponseContext context)
    {
        if (context.Response.HasParameter(OpenIddictConstants.Claims.Issuer))
        {
            context.Response[OpenIddictConstants.Claims.Issuer] = options.Issuer;
        }

        return default;
    }
}
