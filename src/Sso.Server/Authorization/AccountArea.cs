using System.Collections.Frozen;
using OpenIddict.Abstractions;
using Sso.Accounts;
using Sso.Admin.Brands;
using Sso.Server.Http;

namespace Sso.Server.Authorization;

/// <summary>The pages of a customer's account.</summary>
internal sealed class AccountArea(SsoOptions sso, SignInOptions signIn, BrandOptions brand)
    : OwnArea(sso.Issuer, ClientOf(sso, signIn, brand))
{
    public const string ClientId = "sso:account";

    private static readonly FrozenSet<string> Pages =
    [
        "/account", "/account/password", "/account/mfa", "/account/mfa/enable",
        "/account/mfa/method", "/account/mfa/sms", "/account/mfa/sms/code", "/account/mfa/app",
        "/account/mfa/passkey", "/account/mfa/rename", "/account/passkeys",
        "/account/mfa/recovery-codes", "/account/mfa/done", "/account/mfa/remove",
        "/account/mfa/disable", "/account/sessions", "/account/activity",
        "/account/apps", "/account/not-me", "/account/mfa/lost", "/account/contacts",
        "/account/contacts/email", "/account/contacts/add", "/account/contacts/change",
        "/account/contacts/code", "/account/contacts/uses", "/account/contacts/remove",
        "/account/data", "/account/data/delete", "/account/requests",
    ];

    /// <summary>What opening a page asks for; one that changes something wants a proof no older than <paramref name="fresh"/>.</summary>
    public OpenIddictRequest ParametersFor(string page, TimeSpan? fresh) => Parameters(Known(page), [new("max_age", Seconds(fresh))]);

    /// <summary>The same, with every proof given again in this very request.</summary>
    public OpenIddictRequest ParametersWithSignIn(string page, string userName) =>
        Parameters(Known(page), [new("prompt", "login"), new("login_hint", userName)]);

    private static string Known(string page) => Pages.Contains(page) ? page : "/account";

    private static Client ClientOf(SsoOptions sso, SignInOptions signIn, BrandOptions brand) => new()
    {
        Id = ClientId,
        Name = brand.Name,
        AuthenticationMethod = ClientAuthenticationMethod.ClientSecretBasic,
        RedirectUris = [.. Pages.Select(page => sso.Issuer + page)],
        GrantTypes = [GrantTypes.AuthorizationCode],
        Scopes = [Scopes.OpenId],
        RequirePkce = false,
        SecondFactor = signIn.Policy,
        WithheldFactors = signIn.Withheld,
    };
}
