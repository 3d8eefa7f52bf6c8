namespace Sso.Protocol.Clients;

/// <summary>Which client may ask for tokens of which resource (RFC 8707 §2).</summary>
public static class ResourceRules
{
    public static bool MayAsk(Client client, Resource? resource) => resource is not null && resource.Scopes.Overlaps(client.Scopes);
}
