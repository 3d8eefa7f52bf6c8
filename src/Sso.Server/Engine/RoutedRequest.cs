using OpenIddict.Server;
using Sso.Extensions.Host;
using Sso.Server.Http;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Engine;

/// <summary>
/// Tells OpenIddict which endpoint was called: the one of the route, not one that it finds by comparing addresses, which a proxy may have changed.
/// </summary>
internal sealed class RoutedRequest(SsoOptions options) : IOpenIddictServerHandler<ProcessRequestContext>
{
    private readonly Uri _issuer = new(options.Issuer);

    public ValueTask HandleAsync(ProcessRequestContext context)
    {
        var http = context.Http;
        context.EndpointType = ProtocolRoute.Of(http);
        context.BaseUri = _issuer;
        context.RequestUri = new Uri(options.Issuer + http.Request.Path + http.Request.QueryString);
        return default;
    }
}
