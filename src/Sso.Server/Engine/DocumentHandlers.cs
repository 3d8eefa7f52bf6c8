using OpenIddict.Server;
using Sso.Extensions.Host;
using Sso.Extensions.RotatingKeys;
using Sso.Protocol;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Engine;

/// <summary>Hands what OpenIddict has put together to <see cref="PublishedDocuments"/>.</summary>
internal sealed class PublishDocument<TContext>(PublishedDocuments documents) : IOpenIddictServerHandler<TContext>
    where TContext : BaseRequestContext
{
    public async ValueTask HandleAsync(TContext context)
    {
        await documents.PublishAsync(
            context.Http, PlainJson.Of(context.Transaction.Response!.WriteTo), PublishKeys.Find(context.Transaction));
        context.HandleRequest();
    }
}
