using Microsoft.AspNetCore;

namespace Sso.Extensions.Host;

/// <summary>Endpoints that OpenIddict does not have: a handler that answers everything sent to one path.</summary>
internal static class OwnEndpoints
{
    /// <param name="path">Begins with a slash.</param>
    /// <param name="member">The member of the metadata that names the address.</param>
    /// <param name="withBelow">True: what is below the path comes there too.</param>
    internal static OpenIddictServerBuilder AddEndpoint<THandler>(
        this OpenIddictServerBuilder server, string path, string member, bool withBelow = false)
        where THandler : class, IOpenIddictServerHandler<ProcessRequestContext>
    {
        server.Services.AddSingleton(new EndpointPath<THandler>(path, withBelow));
        return server
            .Describe(context => context.Metadata[member] = context.BaseUri!.AbsoluteUri.TrimEnd('/') + path)
            // After scheme and host were judged, and before OpenIddict reads one of its own requests.
            .Handle<ProcessRequestContext, THandler, EndpointPath<THandler>>(
                OpenIddictServerHandlers.Authentication.ExtractAuthorizationRequest.Descriptor.Order - 1000);
    }
}

/// <summary>Where one of our endpoints is, and so what comes there.</summary>
internal sealed class EndpointPath<THandler>(string path, bool withBelow) : IOpenIddictServerHandlerFilter<ProcessRequestContext>
{
    public string Value => path;

    public ValueTask<bool> IsActiveAsync(ProcessRequestContext context) => ValueTask.FromResult(
        context.Transaction.GetHttpRequest() is { } http && (withBelow ? http.Path.StartsWithSegments(path) : http.Path == path));
}
