using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using Sso.Extensions.Host;
using Sso.Extensions.RotatingKeys;
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
