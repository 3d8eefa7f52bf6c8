using System.Collections.Frozen;
using System.Collections.Immutable;
using Sso.Protocol.Clients;

namespace Sso.Protocol.Authorization;

/// <summary>
/// What is asked for by a client that has no browser to send (RFC 8628 §3.1, CIBA Core §7.1): scopes, resources and the weight of the sign-in, checked as in
/// an authorization request.
/// </summary>
public sealed record AskedAccess(FrozenSet<string> Scopes, ImmutableArray<string> Resources, ImmutableArray<string> AcrValues)
{
    /// <summary>Characters of all values together: they travel through the person's browser in a flow handle.</summary>
    private const int LongestTogether = 2000;

    public static Result<AskedAccess> Check(OAuthParameters parameters, Client client, Func<string, Resource?> findResource)
    {
        if (Protocol.Scopes.Parse(parameters["scope"]) is not { } scopes)
        {
            return OAuthError.InvalidRequest("The scope holds a character that is not allowed.");
        }

        // RFC 6749 §3.3: nothing is chosen for who names no scope.
        if (scopes.Count == 0)
        {
            return OAuthError.ScopeMissing;
        }

        if (scopes.FirstOrDefault(scope => !client.Scopes.Contains(scope)) is { } foreign)
        {
            return OAuthError.InvalidScope(foreign);
        }

        if (parameters.Resources.FirstOrDefault(resource => !ResourceRules.MayAsk(client, findResource(resource))) is { } target)
        {
            return OAuthError.InvalidTarget(target);
        }

        var acrValues = parameters["acr_values"] ?? "";
        return scopes.Sum(scope => scope.Length) + parameters.Resources.Sum(resource => resource.Length) + acrValues.Length > LongestTogether
            ? OAuthError.InvalidRequest("The request is too long. Name fewer scopes and resources.")
            : new AskedAccess(scopes, parameters.Resources, [.. acrValues.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
    }
}
