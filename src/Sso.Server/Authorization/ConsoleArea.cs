using OpenIddict.Abstractions;
using Sso.Accounts;
using Sso.Accounts.Administrators;
using Sso.Server.Http;

namespace Sso.Server.Authorization;

/// <summary>
/// The console of the operators. It always demands a second factor, and neither a text message, nor a mailed code, nor a remembered browser
/// is one.
/// </summary>
internal sealed class ConsoleArea(SsoOptions sso, SignInOptions signIn) : OwnArea(sso.Issuer, ClientOf(sso, signIn))
{
    public const string ClientId = FirstAdministrator.Console;
    public const string Home = "/console";

    /// <summary>A longer address does not fit into a flow handle beside everything else; its page begins at the overview.</summary>
    private const int LongestPage = 400;

    /// <summary>What opening a page asks for.</summary>
    /// <param name="page">With its query, which names the object.</param>
    /// <param name="age">How old the proofs may be.</param>
    public OpenIddictRequest ParametersFor(string page, TimeSpan age) =>
        Parameters(Home, [new("state", page.Length <= LongestPage ? page : Home), new("max_age", Seconds(age))]);

    private static Client ClientOf(SsoOptions sso, SignInOptions signIn) => new()
    {
        Id = ClientId,
        Name = "Console",
        AuthenticationMethod = ClientAuthenticationMethod.ClientSecretBasic,
        RedirectUris = [sso.Issuer + Home],
        GrantTypes = [GrantTypes.AuthorizationCode],
        Scopes = [Scopes.OpenId],
        RequirePkce = false,
        SecondFactor = SecondFactorPolicy.Required,
        AcceptsTextMessages = false,
        WithheldFactors = signIn.Withheld,
    };
}
