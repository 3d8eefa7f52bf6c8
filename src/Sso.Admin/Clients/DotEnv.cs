using System.Collections.Immutable;

namespace Sso.Admin.Clients;

/// <summary>What the configuration of an application needs, as a file of settings: the snippets read the secret from there.</summary>
public static class DotEnv
{
    /// <param name="issuer">Null if it is not known here.</param>
    /// <param name="clientId">Of the application.</param>
    /// <param name="secret">Null for an application without one, or when it cannot be shown.</param>
    public static ImmutableArray<string> Lines(string? issuer, string clientId, string? secret) =>
    [
        .. issuer is null ? [] : (ReadOnlySpan<string>)[$"SSO_ISSUER={issuer}"],
        $"SSO_CLIENT_ID={clientId}",
        .. secret is null ? [] : (ReadOnlySpan<string>)[$"SSO_CLIENT_SECRET={secret}"],
    ];
}
