using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Engine;

/// <summary>
/// Calls the handlers of an event, in the order and under the filters of OpenIddict's own dispatcher. For each of the dozen events of a
/// request, that one looks through the handlers of all events and asks the container for each filter, which cost as much as the handlers
/// themselves.
/// </summary>
internal sealed class EventDispatcher(EventHandlers handlers, IServiceProvider services) : IOpenIddictServerDispatcher
{
    public async ValueTask DispatchAsync<TContext>(TContext context)
        where TContext : BaseContext
    {
        foreach (var handler in handlers.Of<TContext>())
        {
            if (!await handler.IsActiveAsync(context))
            {
                continue;
            }

            await handler.In(services).HandleAsync(context);
            if (context is BaseRequestContext { IsRequestHandled: true } or BaseRequestContext { IsRequestSkipped: true }
                or BaseValidatingContext { IsRejected: true })
            {
                return;
            }
        }
    }
}

/// <summary>The handlers of each event, collected once.</summary>
internal sealed class EventHandlers(IOptionsMonitor<OpenIddictServerOptions> options, IServiceProvider services)
{
    private readonly ConcurrentDictionary<Type, Array> _known = new();

    public EventHandler<TContext>[] Of<TContext>()
        where TContext : BaseContext =>
        (EventHandler<TContext>[])_known.GetOrAdd(typeof(TContext), static (_, all) => all.Find<TContext>(), this);

    private EventHandler<TContext>[] Find<TContext>()
        where TContext : BaseContext =>
        [
            .. options.CurrentValue.Handlers.Where(handler => handler.ContextType == typeof(TContext))
                .Select(handler => new EventHandler<TContext>(handler, services)),
        ];
}

/// <summary>A handler with its filters: itself if the whole server shares one, otherwise where to find that of a request.</summary>
internal sealed class EventHandler<TContext>(OpenIddictServerHandlerDescriptor descriptor, IServiceProvider root)
    where TContext : BaseContext
{
    private readonly ServiceDescriptor _service = descriptor.ServiceDescriptor;

    private readonly IOpenIddictServerHandlerFilter<TContext>[] _filters =
        [.. descriptor.FilterTypes.Select(filter => (IOpenIddictServerHandlerFilter<TContext>)root.GetRequiredService(filter))];

    private readonly IOpenIddictServerHandler<TContext>? _shared = descriptor.ServiceDescriptor switch
    {
        { ImplementationInstance: { } instance } => (IOpenIddictServerHandler<TContext>)instance,
        { Lifetime: ServiceLifetime.Singleton, ServiceType: var type } => (IOpenIddictServerHandler<TContext>)root.GetRequiredService(type),
        _ => null,
    };

    public async ValueTask<bool> IsActiveAsync(TContext context)
    {
        foreach (var filter in _filters)
        {
            if (!await filter.IsActiveAsync(context))
            {
                return false;
            }
        }

        return true;
    }

    public IOpenIddictServerHandler<TContext> In(IServiceProvider request) =>
        _shared ?? (IOpenIddictServerHandler<TContext>)request.GetRequiredService(_service.ServiceType);
}
