namespace Sso.Extensions.Host;

/// <summary>Adds our handlers, each with its place among those of OpenIddict: they are called in order.</summary>
public static class Handlers
{
    /// <summary>Adds one that is created for each request.</summary>
    public static OpenIddictServerBuilder Handle<TContext, THandler>(this OpenIddictServerBuilder server, int order)
        where TContext : BaseContext
        where THandler : class, IOpenIddictServerHandler<TContext> =>
        server.AddEventHandler<TContext>(handler => handler.UseScopedHandler<THandler>().SetOrder(order));

    /// <summary>The same, for each request that the filter lets through.</summary>
    public static OpenIddictServerBuilder Handle<TContext, THandler, TFilter>(this OpenIddictServerBuilder server, int order)
        where TContext : BaseContext
        where THandler : class, IOpenIddictServerHandler<TContext>
        where TFilter : class, IOpenIddictServerHandlerFilter<TContext> =>
        server.AddEventHandler<TContext>(handler => handler.AddFilter<TFilter>().UseScopedHandler<THandler>().SetOrder(order));

    /// <summary>Adds one that is created once for the whole server.</summary>
    public static OpenIddictServerBuilder HandleOnce<TContext, THandler>(this OpenIddictServerBuilder server, int order)
        where TContext : BaseContext
        where THandler : class, IOpenIddictServerHandler<TContext> =>
        server.AddEventHandler<TContext>(handler => handler.UseSingletonHandler<THandler>().SetOrder(order));

    /// <summary>The same, called for requests that the filter lets through.</summary>
    public static OpenIddictServerBuilder HandleOnce<TContext, THandler, TFilter>(this OpenIddictServerBuilder server, int order)
        where TContext : BaseContext
        where THandler : class, IOpenIddictServerHandler<TContext>
        where TFilter : class, IOpenIddictServerHandlerFilter<TContext> =>
        server.AddEventHandler<TContext>(handler => handler.AddFilter<TFilter>().UseSingletonHandler<THandler>().SetOrder(order));

    /// <summary>Adds one that needs nothing from the container and so is a function.</summary>
    public static OpenIddictServerBuilder Handle<TContext>(this OpenIddictServerBuilder server, int order, Func<TContext, ValueTask> handle)
        where TContext : BaseContext => server.AddEventHandler<TContext>(handler => handler.SetOrder(order).UseInlineHandler(handle));

    /// <summary>Adds one that has nothing to wait for.</summary>
    public static OpenIddictServerBuilder Handle<TContext>(this OpenIddictServerBuilder server, int order, Action<TContext> handle)
        where TContext : BaseContext => server.Handle<TContext>(order, context =>
        {
            handle(context);
            return default;
        });
}
