using System.Collections.Frozen;
using OpenIddict.Abstractions;
using Sso.Accounts;
using Sso.Admin.Brands;
using Sso.Server.Http;

namespace Sso.Server.Authorization;

/// <summary>
/// The account area as a client of ourselves: opening one of its pages is an authorization request like any other, decided by the same
/// policy, whose answer is the page. It is not in the directory, so no request from outside can name it.
/// </summary>
internal sealed class AccountArea
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

    private readonly string _issuer;

    public AccountArea(SsoOptions sso, SignInOptions signIn, BrandOptions brand)
    {
        _issuer = sso.Issuer;
        Client = new Client
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

    public Client Client { get; }

    /// <summary>What opening a page asks for; one that changes something wants a proof no older than <paramref name="fresh"/>.</summary>
    public OpenIddictRequest ParametersFor(string page, TimeSpan? fresh) => Parameters(page, [new("max_age", Seconds(fresh))]);

    /// <summary>The same, with every proof given again in this very request.</summary>
    public OpenIddictRequest ParametersWithSignIn(string page, string userName) =>
        Parameters(page, [new("prompt", "login"), new("login_hint", userName)]);

    /// <summary>The page that a request of ours leads to.</summary>
    public string PageOf(OpenIddictRequest carried) => carried.Text("redirect_uri")![_issuer.Length..];

    private OpenIddictRequest Parameters(string page, KeyValuePair<string, string?>[] more) => RequestParameters.Read(
    [
        new("client_id", ClientId),
        new("redirect_uri", _issuer + (Pages.Contains(page) ? page : "/account")),
        new("response_type", "code"),
        new("scope", Scopes.OpenId),
        .. more,
    ]);

    private static string? Seconds(TimeSpan? span) =>
        span is { } age ? ((int)age.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture) : null;
}
