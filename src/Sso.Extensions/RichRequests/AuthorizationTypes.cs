using System.Collections.Frozen;
using System.Collections.Immutable;
using Sso.Protocol.Authorization;

namespace Sso.Extensions.RichRequests;

/// <summary>The types of <c>authorization_details</c> of this installation (RFC 9396 §2).</summary>
public sealed class AuthorizationTypes(IEnumerable<AuthorizationDetailType> all)
{
    private readonly FrozenDictionary<string, AuthorizationDetailType> _byName =
        all.ToFrozenDictionary(type => type.Type, StringComparer.Ordinal);

    public ImmutableArray<AuthorizationDetailType> All => [.. _byName.Values.OrderBy(type => type.Type, StringComparer.Ordinal)];

    public AuthorizationDetailType? Find(string type) => _byName.GetValueOrDefault(type);
}
