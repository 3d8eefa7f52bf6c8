namespace Sso.Protocol.Tokens;

/// <summary>
/// For whom an access token is meant, and with which scopes (RFC 8707 §2.2, RFC 9068 §3): the resources that were asked for; if none were
/// named, those whose scopes were granted. The issuer, that is the userinfo endpoint, is among them with the scope openid, or if there is
/// nobody else.
/// </summary>
public sealed record Audience(ImmutableArray<string> Resources, FrozenSet<string> Scopes)
{
    /// <param name="granted">The scopes of the grant.</param>
    /// <param name="wanted">The resources of this request, already checked against the registration.</param>
    /// <param name="resources">All that are registered.</param>
    public static Audience Of(FrozenSet<string> granted, ImmutableArray<string> wanted, IReadOnlyCollection<Resource> resources)
    {
        var meant = wanted.IsEmpty
            ? resources.Where(resource => resource.Scopes.Overlaps(granted)).ToList()
            : resources.Where(resource => wanted.Contains(resource.Id)).ToList();
        // A scope that belongs to another resource has no place in a token for these.
        var foreign = resources.Except(meant).SelectMany(resource => resource.Scopes).Except(meant.SelectMany(resource => resource.Scopes));
        return new(
            [.. meant.Select(resource => resource.Id).Order(StringComparer.Ordinal)],
            foreign.Any(granted.Contains) ? granted.Except(foreign).ToFrozenSet(StringComparer.Ordinal) : granted);
    }

    /// <summary>The values of the claim <c>aud</c>.</summary>
    public ImmutableArray<string> ValuesFor(string issuer) =>
        Resources.IsEmpty || Scopes.Contains(Protocol.Scopes.OpenId) ? [issuer, .. Resources] : Resources;
}
