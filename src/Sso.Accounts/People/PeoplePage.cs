using System.Collections.Immutable;

namespace Sso.Accounts.People;

/// <summary>A part of a list of people.</summary>
/// <param name="People">In the order of the list.</param>
/// <param name="Last">The subject behind which it goes on; null at the end.</param>
public sealed record PeoplePage(ImmutableArray<PersonView> People, string? Last);
