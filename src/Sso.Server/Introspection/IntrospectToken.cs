using System.Text.Json.Nodes;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using Sso.Extensions.Host;
using Sso.Protocol;
using Sso.Protocol.Tokens;
using Sso.Server.Engine;
using Sso.Server.Http;
using Sso.Server.Keys;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Introspection;

/// <summary>What is told about a token (RFC 7662 §2.2), in the place of what OpenIddict would tell of its own rows.</summary>
internal sealed class IntrospectToken(TokenIntrospector introspector) : IOpenIddictServerHandler<HandleIntrospectionRequestContext>
{
    public const string Path = "/connect/introspect";

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<HandleIntrospectionRequestContext>()
        .UseScopedHandler<IntrospectToken>()
        .SetOrder(OpenIddictServerHandlers.Introspection.AttachMetadataClaims.Descriptor.Order)
        .Build();

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
        Tell(context, found);
    }

    /// <summary>RFC 8693 §4.1, RFC 9396 §9.2, RFC 9470 §6.2.</summary>
    private static void Tell(HandleIntrospectionRequestContext context, TokenIntrospection found)
    {
        if (found.Actor.AsJson() is { } actor)
        {
            context.Claims[Actor.Claim] = actor;
        }

        if (found.AuthorizationDetails is { } details)
        {
            context.Claims["authorization_details"] = JsonNode.Parse(details);
        }

        if (found.Authentication is { } authentication)
        {
            context.Claims["auth_time"] = authentication.Time.ToUnixTimeSeconds();
            context.Claims["acr"] = authentication.Acr;
        }
    }
}

/// <summary>
/// The answer as JSON, or signed where it is asked for as <c>application/token-introspection+jwt</c> (RFC 9701 §4, §5).
/// </summary>
internal sealed class AnswerIntrospection(SigningKeyRing keys, SsoOptions options, TimeProvider clock) : IOpenIddictServerHandler<ApplyIntrospectionResponseContext>
{
    private const string SignedType = "application/token-introspection+jwt";

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ApplyIntrospectionResponseContext>()
        .UseSingletonHandler<AnswerIntrospection>()
        .SetOrder(OpenIddictServerAspNetCoreHandlers.ProcessJsonResponse<ApplyIntrospectionResponseContext>.Descriptor.Order)
        .Build();

    public async ValueTask HandleAsync(ApplyIntrospectionResponseContext context)
    {
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        if (context.Response[OpenIddictConstants.Claims.Issuer] is not null)
        {
            // OpenIddict adds a slash to one without a path.
            context.Response[OpenIddictConstants.Claims.Issuer] = options.Issuer;
        }

        http.Response.Headers.Vary = "Accept";
        var isSigned = http.Request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals(SignedType, StringComparison.OrdinalIgnoreCase));
        await context.AnswerAsync(
            isSigned ? TypedResults.Text(Sign(context), SignedType) : TypedResults.Bytes(context.Response.InPlainJson(), "application/json"));
    }

    private string Sign(ApplyIntrospectionResponseContext context)
    {
        var asker = AuthenticateClient.Of(context.Transaction).Client;
        return TokenIntrospection.Sign(
            options.Issuer, asker.Id, keys.Find(asker.IntrospectionSigningAlgorithm), clock.GetUtcNow(), context.Response.WriteTo);
    }
}
