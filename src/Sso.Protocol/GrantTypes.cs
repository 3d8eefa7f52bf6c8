namespace Sso.Protocol;

/// <summary>The values of grant_type that Sso serves.</summary>
public static class GrantTypes
{
    public const string AuthorizationCode = "authorization_code";
    public const string RefreshToken = "refresh_token";
    public const string ClientCredentials = "client_credentials";

    /// <summary>In the metadata if an ID token may come through the browser (OIDC Discovery §3); nothing is redeemed with it.</summary>
    public const string Implicit = "implicit";

    /// <summary>RFC 8628 §3.4.</summary>
    public const string DeviceCode = "urn:ietf:params:oauth:grant-type:device_code";

    /// <summary>CIBA Core §10.1.</summary>
    public const string Ciba = "urn:openid:params:grant-type:ciba";

    /// <summary>RFC 8693 §2.1.</summary>
    public const string TokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange";

    public static readonly IReadOnlyList<string> All =
        [AuthorizationCode, RefreshToken, ClientCredentials, DeviceCode, Ciba, TokenExchange];
}
