namespace Sso.Protocol.Clients;

/// <summary>A set of rules that a client follows as a whole.</summary>
public enum ClientProfile
{
    /// <summary>OpenID Connect and OAuth as RFC 9700 advises.</summary>
    Ordinary = 0,

    /// <summary>FAPI 2.0: pushed requests, PKCE, strong client authentication, sender-constrained tokens, PS256 or ES256.</summary>
    Fapi2 = 1,
}
