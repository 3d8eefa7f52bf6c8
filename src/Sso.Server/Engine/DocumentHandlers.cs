using System.Text.Json.Nodes;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using Sso.Extensions.Host;
using Sso.Extensions.RotatingKeys;
using Sso.Server.Ciba;
using Sso.Server.Http;
using Sso.Server.MutualTls;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Engine;

/// <summary>A request for a document has no parameters, and HEAD may ask for it too.</summary>
internal sealed class BareRequest<TContext> : IOpenIddictServerHandler<TContext>
    where TContext : BaseValidatingContext
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        Handlers.Singleton<TContext, BareRequest<TContext>>(OpenIddictServerAspNetCoreHandlers.ExtractGetRequest<TContext>.Descriptor.Order);

    public ValueTask HandleAsync(TContext context)
    {
        context.Transaction.Request = new OpenIddictRequest();
        return default;
    }
}

/// <summary>
/// The issuer as it is configured: OpenIddict adds a slash to one without a path, and clients compare it letter by letter (OIDC Discovery §4.3). And what it
/// says of mutual TLS: an alias for the endpoint that it does not know (RFC 8705 §5), nothing where it is off.
/// </summary>
internal sealed class CorrectedMetadata(SsoOptions options, MutualTlsOptions mutualTls) : IOpenIddictServerHandler<ApplyConfigurationResponseContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        Handlers.Singleton<ApplyConfigurationResponseContext, CorrectedMetadata>(PublishDocument<ApplyConfigurationResponseContext>.Descriptor.Order - 1000);

    public ValueTask HandleAsync(ApplyConfigurationResponseContext context)
    {
        context.Response[OpenIddictConstants.Metadata.Issuer] = options.Issuer;
        if (mutualTls is { Enabled: true, Address: { } address })
        {
            var aliases = JsonNode.Parse(context.Response[OpenIddictConstants.Metadata.MtlsEndpointAliases]!.Value.ToString()!)!.AsObject();
            aliases["backchannel_authentication_endpoint"] = address + CibaHost.Path;
            context.Response[OpenIddictConstants.Metadata.MtlsEndpointAliases] = aliases;
        }

        if (!mutualTls.Enabled)
        {
            context.Response.RemoveParameter(OpenIddictConstants.Metadata.TlsClientCertificateBoundAccessTokens);
        }

        return default;
    }
}

/// <summary>Hands what OpenIddict has put together to <see cref="PublishedDocuments"/>.</summary>
internal sealed class PublishDocument<TContext>(PublishedDocuments documents) : IOpenIddictServerHandler<TContext>
    where TContext : BaseRequestContext
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        Handlers.Singleton<TContext, PublishDocument<TContext>>(OpenIddictServerAspNetCoreHandlers.ProcessJsonResponse<TContext>.Descriptor.Order);

    public async ValueTask HandleAsync(TContext context)
    {
        await documents.PublishAsync(
            context.Transaction.GetHttpRequest()!.HttpContext, context.Transaction.Response!.InPlainJson(), PublishKeys.Find(context.Transaction));
        context.HandleRequest();
    }
}
