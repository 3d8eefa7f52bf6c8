namespace Sso.Protocol.Clients;

/// <summary>How much of a scope value a client may ask for on behalf of a person (RFC 6749 §3.3, OIDC Core §3.1.2.1).</summary>
public static class ScopeRules
{
    /// <summary>An unregistered scope is refused, so that an application notices; but offline_access, which many libraries send.</summary>
    /// <param name="leadsToTokens">False if the answer leads to nothing with which a refresh token could come.</param>
    public static Result<FrozenSet<string>, OAuthError> Read(string? value, Client client, bool leadsToTokens = true)
    {
        if (Scopes.Parse(value) is not { } asked)
        {
            return OAuthError.MalformedScope;
        }

        // OIDC Core §11: if no refresh token can come, offline_access must be ignored.
        var scopes = leadsToTokens && client.GrantTypes.Contains(GrantTypes.RefreshToken) && client.Scopes.Contains(Scopes.OfflineAccess)
            ? asked
            : asked.Where(scope => scope != Scopes.OfflineAccess).ToFrozenSet(StringComparer.Ordinal);
        return scopes.FirstOrDefault(scope => !client.Scopes.Contains(scope)) is { } foreign ? OAuthError.InvalidScope(foreign) : scopes;
    }
}
