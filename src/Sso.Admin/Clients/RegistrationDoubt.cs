using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Settings;

namespace Sso.Admin.Clients;

/// <summary>What a registration may say and is often a mistake, or weakens something that its operator should know of.</summary>
public enum DoubtKind
{
    Localhost,

    /// <summary>Of a network that is not the internet (RFC 1918, RFC 4193).</summary>
    PrivateAddress,
    Capitals,
    UsualPort,
    Query,
    SlashTwin,

    /// <summary>An address of a developer's own machine beside addresses that everybody reaches.</summary>
    MixedSchemes,

    /// <summary>Nobody can sign in yet.</summary>
    Draft,
    NoPkce,
    NoSecondFactor,

    /// <summary>In some cases.</summary>
    PasswordAlone,
    MailCodes,
    BrowserIdTokens,
    ClaimsInIdTokens,
    UnknownScope,
}

/// <summary>One doubt about a registration.</summary>
/// <param name="About">The address or scope; null if it is about none.</param>
/// <param name="What">In words, for a command line.</param>
public sealed record RegistrationDoubt(DoubtKind Kind, string? About, string What)
{
    private const string LongerPasswords =
        "New passwords need 15 characters from now on; shorter ones stay until their owners change them.";

    /// <summary>Every doubt about a registration, the addresses first.</summary>
    public static IEnumerable<RegistrationDoubt> Of(Client client) =>
        RedirectUriRules.Doubts(client.RedirectUris)
            .Concat(RedirectUriRules.Doubts(client.PostLogoutRedirectUris))
            .Concat(Further(client));

    private static IEnumerable<RegistrationDoubt> Further(Client client)
    {
        if (client.IsDraft)
        {
            yield return new(DoubtKind.Draft, null, "The client has no redirect URI yet, so nobody can sign in to it.");
        }

        if (!client.RequirePkce)
        {
            yield return new(
                DoubtKind.NoPkce, null,
                "PKCE is off: a stolen code can be redeemed by whoever also has the secret. "
                + "Switch it off only for a client that cannot send a challenge.");
        }

        if (client.Type != ClientType.Machine && client.SecondFactor == SecondFactorPolicy.None)
        {
            yield return new(
                DoubtKind.NoSecondFactor, null,
                "No second factor is asked: a stolen password is enough to sign in to this client. " + LongerPasswords);
        }
        else if (client.Type != ClientType.Machine
            && (client.SecondFactor != SecondFactorPolicy.Required || client.GraceSignIns > 0 || client.AcceptsTrustedDevices))
        {
            yield return new(
                DoubtKind.PasswordAlone, null, "This client is content with the password alone in some cases. " + LongerPasswords);
        }

        if (client.AcceptsMailCodes)
        {
            yield return new(
                DoubtKind.MailCodes, null,
                "Codes by mail are accepted: whoever has the mailbox can also reset the password, "
                + "so such a sign-in rests on one proof. "
                + "Its tokens say so (acr urn:sso:acr:1fa, no mfa in amr). " + LongerPasswords);
        }

        if (client.AllowsIdTokenResponses)
        {
            yield return new(
                DoubtKind.BrowserIdTokens, null,
                "ID tokens may come back through the browser, where they can be read by more than the application. "
                + "It works only while the server is switched on for it (Authorization:IdTokenResponses).");
        }

        if (client.IdTokenClaims)
        {
            yield return new(
                DoubtKind.ClaimsInIdTokens, null,
                "Its ID tokens tell name and e-mail to whoever sees one. As id_token_hint such a token ends in histories and "
                + "logs: the application should post it.");
        }

        foreach (var scope in client.Scopes.Where(scope => client.Type != ClientType.Machine && !Scopes.Identity.Contains(scope)))
        {
            yield return new(
                DoubtKind.UnknownScope, scope,
                $"The scope {scope} is neither one that Sso gives claims for nor one of a protected resource; it is put into access tokens "
                    + "as it stands."
                    + (NearestWord.Of(scope, Scopes.Identity) is { } meant ? $" Did you mean {meant}?" : ""));
        }
    }
}
