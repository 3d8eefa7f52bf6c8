namespace Sso.Delivery.Routes;

/// <summary>
/// The routes in order of preference: those of <c>Delivery:Routes</c>, or of <c>Delivery:RoutesByCountry</c> for the countries it names.
/// </summary>
public sealed class MessageRoutes(IReadOnlyList<GuardedRoute> routes, IReadOnlyDictionary<string, IReadOnlyList<GuardedRoute>> byCountry)
{
    /// <summary>False if no text is ever sent.</summary>
    public bool Any => routes.Count > 0 || byCountry.Values.Any(list => list.Count > 0);

    /// <summary>Each once.</summary>
    public IEnumerable<GuardedRoute> All => routes.Concat(byCountry.Values.SelectMany(list => list)).Distinct();

    public IReadOnlyList<GuardedRoute> For(Country country) => byCountry.GetValueOrDefault(country.Code, routes);
}
