namespace Sso.Protocol.Clients;

/// <summary>Which client may ask for tokens of which resource (RFC 8707 §2).</summary>
public static class ResourceRules
{
    /// <summary>What is wrong with the resources that a request names; null if nothing is.</summary>
    public static OAuthError? Refuse(Client client, ImmutableArray<string> named, Func<string, Resource?> find) =>
        named.FirstOrDefault(name => find(name)?.Scopes.Overlaps(client.Scopes) != true) is { } foreign
            ? OAuthError.InvalidTarget(foreign)
            : null;
}
