namespace Sso.Protocol.Clients;

/// <summary>The JWS algorithms of clients' assertions, proofs and request objects (RFC 7518 §3.1): never none or a shared key.</summary>
public static class SignatureAlgorithms
{
    public static readonly IReadOnlyList<string> Ordinary =
        ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    /// <summary>FAPI 2.0 §5.4.1.</summary>
    public static readonly IReadOnlyList<string> Fapi = ["PS256", "ES256"];

    /// <summary>For proofs of possession: what every server of an API can be expected to check.</summary>
    public static readonly IReadOnlyList<string> Dpop = ["ES256", "ES384", "PS256", "RS256"];

    public static IReadOnlyList<string> Of(Client client) => client.IsFapi ? Fapi : Ordinary;
}
