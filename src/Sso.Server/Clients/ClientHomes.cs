using Microsoft.AspNetCore.WebUtilities;
using Sso.Server.Http;

namespace Sso.Server.Clients;

/// <summary>Where people find an application.</summary>
internal static class ClientHomes
{
    /// <summary>Where the application starts a sign-in, with the issuer (OIDC Core §4); null if it did not register that.</summary>
    public static string? StartOf(Client client, SsoOptions options) =>
        client.InitiateLoginUri is { } uri ? QueryHelpers.AddQueryString(uri, "iss", options.Issuer) : null;

    /// <summary>The host of the application, if it has one that a browser can open.</summary>
    public static string? HomeOf(Client client) =>
        client.RedirectUris.Select(uri => HostOf(client, uri)).Distinct().ToList() is [{ } only] ? only : null;

    /// <summary>Null for an installed application, which listens for one answer and is gone.</summary>
    public static string? HostOf(Client client, string redirectUri) =>
        FollowedUri.IsSafePage(redirectUri) && new Uri(redirectUri) is var uri && !(uri.IsLoopback && client.IsPublic)
            ? uri.GetLeftPart(UriPartial.Authority) + "/"
            : null;
}
