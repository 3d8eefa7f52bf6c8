using Xunit.v3;

namespace Sso.Testing;

/// <summary>
/// What these tests prove no database decides, and each statement that they make the server send is also sent by tests that run on all of
/// them: they run on SQLite only (<c>tests/run.sh</c>). Races, locks, orders, lengths, kills and migrations are never of this kind, unless
/// the tests name their database themselves and would only be repeated.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OneDatabaseAttribute : Attribute, ITraitAttribute
{
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Databases", "One")];
}
