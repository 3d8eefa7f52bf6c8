using System.Collections.Immutable;
using Sso.Protocol.Clients;

namespace Sso.Admin.Clients;

/// <summary>
/// With what an application is built, as far as that says to which addresses browsers come back. Its author can always choose others.
/// </summary>
/// <param name="Callback">Below the address of the application; <c>{id}</c> stands for the client id.</param>
/// <param name="SignedOut">Where people arrive after a sign-out; null where the stack has no place of its own.</param>
public sealed record StackPreset(string Id, string Title, string Callback, string? SignedOut = null)
{
    public static readonly ImmutableArray<StackPreset> All =
    [
        new("aspnetcore", "ASP.NET Core", "/signin-oidc", "/signout-callback-oidc"),
        new("spring", "Spring Security", "/login/oauth2/code/{id}", "/"),
        new("authjs", "Auth.js (Next.js)", "/api/auth/callback/{id}", "/"),
        new("express", "Express (express-openid-connect)", "/callback", "/"),
        new("laravel", "Laravel (Socialite)", "/auth/callback", "/"),
        new("django", "Django (mozilla-django-oidc)", "/oidc/callback/", "/"),
        new("flask", "Flask (Authlib)", "/auth/callback", "/"),
        new("go", "Go", "/auth/callback", "/"),
        new("oauth2-proxy", "oauth2-proxy", "/oauth2/callback", "/"),
        new("apache", "Apache (mod_auth_openidc)", "/oidc/redirect", "/"),
        new("grafana", "Grafana", "/login/generic_oauth", "/login"),
        new("nextcloud", "Nextcloud (user_oidc)", "/apps/user_oidc/code", "/"),
        new("gitea", "Gitea", "/user/oauth2/{id}/callback", "/"),
    ];

    public static StackPreset? Find(string? id) => All.FirstOrDefault(stack => stack.Id == id);

    /// <summary>The client with the addresses that follow from where it is and what it is built with.</summary>
    /// <param name="client">Without addresses.</param>
    /// <param name="address">Of the application; anything after host and path is left out.</param>
    public static Client Propose(Client client, Uri address, StackPreset? stack)
    {
        var home = address.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return client.Type is ClientType.Machine or ClientType.Device
            ? client
            : client with
            {
                RedirectUris = [home + (stack?.Callback.Replace("{id}", client.Id, StringComparison.Ordinal) ?? "/callback")],
                PostLogoutRedirectUris = [home + (stack is null ? "/" : stack.SignedOut ?? "/")],
            };
    }
}
