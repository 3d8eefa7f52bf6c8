using System.Collections.Immutable;

namespace Sso.Admin.Keys;

/// <summary>The outcome of a rotation: the keys that sign next, each made now or announced before.</summary>
public sealed record KeysRotated(ImmutableArray<KeyView> Successors, ImmutableArray<string> Warnings);
