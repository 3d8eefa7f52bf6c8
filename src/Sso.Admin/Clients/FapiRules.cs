using Sso.Protocol;
using Sso.Protocol.Clients;

namespace Sso.Admin.Clients;

/// <summary>What the profile FAPI 2.0 demands of a registration (FAPI 2.0 Security Profile §5.3.2).</summary>
internal static class FapiRules
{
    /// <summary>
    /// Turns on what the profile demands; algorithms that it forbids are replaced by the first that it allows and the server offers.
    /// </summary>
    public static Client Complete(Client input, IReadOnlyList<string> offered)
    {
        if (input.Profile != ClientProfile.Fapi2)
        {
            return input;
        }

        var allowed = SignatureAlgorithms.Fapi.FirstOrDefault(offered.Contains) ?? SigningAlgorithms.ES256;
        string Allowed(string wanted) => wanted == SigningAlgorithms.RS256 ? allowed : wanted;
        return input with
        {
            RequiresPushedRequests = input.Type != ClientType.Machine,
            DpopBound = input.DpopBound || !input.CertificateBound,
            IdTokenSigningAlgorithm = Allowed(input.IdTokenSigningAlgorithm),
            IntrospectionSigningAlgorithm = Allowed(input.IntrospectionSigningAlgorithm),
            AuthorizationSigningAlgorithm = Allowed(input.AuthorizationSigningAlgorithm),
        };
    }

    /// <summary>What a completed registration still does that the profile forbids.</summary>
    public static Flaw? FindFlaw(Client input) => input switch
    {
        { Profile: not ClientProfile.Fapi2 } => null,
        {
            AuthenticationMethod: not (ClientAuthenticationMethod.PrivateKeyJwt or ClientAuthenticationMethod.TlsClientAuth
                or ClientAuthenticationMethod.SelfSignedTlsClientAuth)
        } =>
            new("A FAPI client proves itself with a key.", "Use private_key_jwt, tls_client_auth or self_signed_tls_client_auth."),
        { RequirePkce: false } => new("A FAPI client sends a code challenge (PKCE).", "Leave PKCE on."),
        { AllowsIdTokenResponses: true } => new("A FAPI client uses the response type code only.", "Leave ID token responses out."),
        _ when AlgorithmsOf(input).Any(algorithm => algorithm is not null && !SignatureAlgorithms.Fapi.Contains(algorithm)) =>
            new("FAPI allows PS256 and ES256 only.", "Choose one of the two."),
        _ when input.RedirectUris.Any(uri => !uri.StartsWith("https://", StringComparison.Ordinal)) =>
            new("A FAPI client has https redirect URIs only.", "Use https."),
        _ => null,
    };

    private static string?[] AlgorithmsOf(Client input) =>
    [
        input.IdTokenSigningAlgorithm, input.IntrospectionSigningAlgorithm,
        input.AuthorizationSigningAlgorithm, input.UserInfoSigningAlgorithm,
        input.RequestObjectSigningAlgorithm,
    ];
}
