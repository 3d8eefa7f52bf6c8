using System.CommandLine;

namespace Sso.Server.Commands;

/// <summary>
/// How a client authenticates and to what its tokens are bound, as options of <c>sso client add</c> and <c>sso client set</c>.
/// </summary>
internal static class ClientSecurityOptions
{
    private static readonly Option<string> Auth = new Option<string>("--auth")
    {
        Description = "How it proves itself. [client_secret_basic for web and machine, else none]",
    }.AcceptOnlyFromAmong([.. ClientAuthenticationMethods.ByName.Keys]);

    private static readonly Option<FileInfo> Jwks =
        new Option<FileInfo>("--jwks") { Description = "A file with its public keys (a JWK set)." }.AcceptExistingOnly();
    private static readonly Option<string> JwksUri =
        new("--jwks-uri") { Description = "Where its public keys are fetched, instead of --jwks." };
    private static readonly Option<string> Profile = new Option<string>("--profile")
    {
        Description = "fapi2: pushed requests, PKCE, proof by a key, bound tokens, PS256 or ES256 (FAPI 2.0). [ordinary]",
    }.AcceptOnlyFromAmong(CommandWords.All<ClientProfile>());

    private static readonly Option<bool> Dpop = new("--dpop") { Description = "Tokens only with a DPoP proof (RFC 9449)." };
    private static readonly Option<bool> CertificateBound =
        new("--certificate-bound") { Description = "Tokens are bound to its TLS certificate (RFC 8705)." };
    private static readonly Option<string> TlsSubject = new("--tls-subject")
    {
        Description = "For tls_client_auth: subject_dn=CN=shop,O=Shop, or san_dns=shop.example, or san_ip=192.0.2.7.",
    };

    public static readonly IReadOnlyList<Option> All = [Auth, Jwks, JwksUri, Profile, Dpop, CertificateBound, TlsSubject];

    /// <summary>True if the secret is stored sealed, which needs the key of the database.</summary>
    public static bool NeedSecrets(ParseResult parsed) => MethodOf(parsed) == ClientAuthenticationMethod.ClientSecretJwt;

    public static Client Apply(ParseResult parsed, Client client) => client with
    {
        AuthenticationMethod = MethodOf(parsed) ?? client.AuthenticationMethod,
        // Of the two places for keys, the one that is given counts.
        Jwks = parsed.GetValue(Jwks) is { } file ? File.ReadAllText(file.FullName) : parsed.GetValue(JwksUri) is null ? client.Jwks : null,
        JwksUri = ClientOptionSet.Text(parsed, JwksUri, parsed.GetValue(Jwks) is null ? client.JwksUri : null),
        Profile = parsed.GetValue(Profile) is { } profile ? CommandWords.Parse<ClientProfile>(profile) : client.Profile,
        DpopBound = ClientOptionSet.Value(parsed, Dpop, client.DpopBound),
        CertificateBound = ClientOptionSet.Value(parsed, CertificateBound, client.CertificateBound),
        TlsSubject = ClientOptionSet.Text(parsed, TlsSubject, client.TlsSubject),
    };

    private static ClientAuthenticationMethod? MethodOf(ParseResult parsed) =>
        parsed.GetValue(Auth) is { } name ? ClientAuthenticationMethods.ByName[name] : null;
}
