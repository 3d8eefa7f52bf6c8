using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Extensions.Host;

/// <summary>Endpoints that OpenIddict does not have: a handler that answers whatever comes to one path.</summary>
public static class OwnEndpoints
{
    extension(BaseContext context)
    {
        /// <summary>The request of which the event is a part.</summary>
        public HttpContext Http => context.Transaction.GetHttpRequest()!.HttpContext;
    }

    /// <summary>Answers by ourselves: nothing of OpenIddict comes after it.</summary>
    public static async Task AnswerAsync(this BaseRequestContext context, IResult result)
    {
        await result.ExecuteAsync(context.Http);
        context.HandleRequest();
    }

    /// <param name="path">With a slash at its beginning.</param>
    /// <param name="member">By which the metadata name the address.</param>
    /// <param name="withBelow">True: what lies below the path comes there too.</param>
    internal static OpenIddictServerBuilder AddEndpoint<THandler>(this OpenIddictServerBuilder server, string path, string member, bool withBelow = false)
        where THandler : class, IOpenIddictServerHandler<ProcessRequestContext>
    {
        server.Services.AddSingleton(new EndpointPath<THandler>(path, withBelow));
        return server
            .Describe(context => context.Metadata[member] = context.BaseUri!.AbsoluteUri.TrimEnd('/') + path)
            // When scheme and host were judged, and before OpenIddict reads a request of its own.
            .Handle<ProcessRequestContext, THandler, EndpointPath<THandler>>(
                OpenIddictServerHandlers.Authentication.ExtractAuthorizationRequest.Descriptor.Order - 1000);
    }
}

/// <summary>Where an endpoint of ours is, and so what comes there.</summary>
internal sealed class EndpointPath<THandler>(string path, bool withBelow) : IOpenIddictServerHandlerFilter<ProcessRequestContext>
{
    public string Value => path;

    public ValueTask<bool> IsActiveAsync(ProcessRequestContext context) => ValueTask.FromResult(
        context.Transaction.GetHttpRequest() is { } http && (withBelow ? http.Path.StartsWithSegments(path) : http.Path == path));
}
