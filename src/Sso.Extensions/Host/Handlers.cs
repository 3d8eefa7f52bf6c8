using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Extensions.Host;

/// <summary>Describes a handler of ours, with its place among those of OpenIddict: each is called in its order.</summary>
public static class Handlers
{
    /// <summary>One for the whole server.</summary>
    public static OpenIddictServerHandlerDescriptor Singleton<TContext, THandler>(int order)
        where TContext : BaseContext
        where THandler : class, IOpenIddictServerHandler<TContext> =>
        OpenIddictServerHandlerDescriptor.CreateBuilder<TContext>().UseSingletonHandler<THandler>().SetOrder(order).Build();

    /// <summary>One for each request.</summary>
    public static OpenIddictServerHandlerDescriptor Scoped<TContext, THandler>(int order)
        where TContext : BaseContext
        where THandler : class, IOpenIddictServerHandler<TContext> =>
        OpenIddictServerHandlerDescriptor.CreateBuilder<TContext>().UseScopedHandler<THandler>().SetOrder(order).Build();

    /// <summary>One for the whole server, which is called where the filter lets it.</summary>
    public static OpenIddictServerHandlerDescriptor Singleton<TContext, THandler, TFilter>(int order)
        where TContext : BaseContext
        where THandler : class, IOpenIddictServerHandler<TContext>
        where TFilter : class, IOpenIddictServerHandlerFilter<TContext> =>
        OpenIddictServerHandlerDescriptor.CreateBuilder<TContext>().AddFilter<TFilter>().UseSingletonHandler<THandler>().SetOrder(order).Build();

    /// <summary>One for each request that the filter lets pass.</summary>
    public static OpenIddictServerHandlerDescriptor Scoped<TContext, THandler, TFilter>(int order)
        where TContext : BaseContext
        where THandler : class, IOpenIddictServerHandler<TContext>
        where TFilter : class, IOpenIddictServerHandlerFilter<TContext> =>
        OpenIddictServerHandlerDescriptor.CreateBuilder<TContext>().AddFilter<TFilter>().UseScopedHandler<THandler>().SetOrder(order).Build();

    /// <summary>Adds one that needs nothing of the container, and so is a function.</summary>
    public static OpenIddictServerBuilder Handle<TContext>(this OpenIddictServerBuilder server, int order, Func<TContext, ValueTask> handle)
        where TContext : BaseContext => server.AddEventHandler<TContext>(handler => handler.SetOrder(order).UseInlineHandler(handle));

    /// <summary>One that has nothing to wait for.</summary>
    public static OpenIddictServerBuilder Handle<TContext>(this OpenIddictServerBuilder server, int order, Action<TContext> handle)
        where TContext : BaseContext => server.Handle<TContext>(order, context =>
        {
            handle(context);
            return default;
        });
}
