using OpenIddict.Abstractions;

namespace Sso.Protocol.Authorization;

/// <summary>What a client without a browser asks for (RFC 8628 §3.1, CIBA Core §7.1), checked as an authorization request is.</summary>
public sealed record AskedAccess(
    FrozenSet<string> Scopes, ImmutableArray<string> Resources, ImmutableArray<string> AcrValues, AuthorizationDetails? Details)
{
    /// <summary>In characters, of all values together: they travel through the person's browser in a flow handle.</summary>
    private const int LongestTogether = 2000;

    public static Result<AskedAccess, OAuthError> Check(
        OpenIddictRequest parameters, Client client, Func<string, Resource?> findResource, Func<string, AuthorizationDetailType?> findType)
    {
        // RFC 6749 §3.3: a client that names no scope gets none chosen for it.
        if (ScopeRules.Read(parameters.Text("scope"), client).Failed(out var error, out var scopes) || scopes.Count == 0)
        {
            return error ?? OAuthError.ScopeMissing;
        }

        // RFC 9396 §3: details may be asked for wherever a scope may.
        AuthorizationDetails? details = null;
        if ((ResourceRules.Refuse(client, parameters.NamedResources, findResource)
            ?? AuthorizationDetails.Read(parameters.Text("authorization_details"), client, findType, out details)) is { } flaw)
        {
            return flaw;
        }

        var acrValues = parameters.Text("acr_values") ?? "";
        var length = scopes.Sum(scope => scope.Length) + parameters.NamedResources.Sum(resource => resource.Length) + acrValues.Length
            + (parameters.Text("authorization_details")?.Length ?? 0);
        return length > LongestTogether
            ? OAuthError.RequestTooLong
            : new AskedAccess(scopes, parameters.NamedResources, [.. acrValues.Split(' ', StringSplitOptions.RemoveEmptyEntries)], details);
    }
}
