namespace Sso.Delivery.Routes;

/// <summary>The routes of <c>Delivery:Routes</c>, in that order.</summary>
public sealed class MessageRoutes(IReadOnlyList<GuardedRoute> routes)
{
    /// <summary>All of them, or those after the one that may have taken the message already.</summary>
    public IEnumerable<GuardedRoute> After(string? name) =>
        name is null ? routes : routes.SkipWhile(route => route.Name != name).Skip(1);

    /// <summary>The first route may be asked twice, the others once.</summary>
    public bool IsFirst(GuardedRoute route) => routes[0] == route;
}
