using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sso.Protocol.Clients;

/// <summary>How a client authenticates at the token endpoint (OIDC Core §9, RFC 8705 §2). Stored by number.</summary>
[JsonConverter(typeof(ClientAuthenticationMethodConverter))]
public enum ClientAuthenticationMethod
{
    ClientSecretBasic = 0,
    ClientSecretPost = 1,
    None = 2,
    ClientSecretJwt = 3,
    PrivateKeyJwt = 4,
    TlsClientAuth = 5,
    SelfSignedTlsClientAuth = 6,
}

public static class ClientAuthenticationMethods
{
    public static readonly IReadOnlyDictionary<string, ClientAuthenticationMethod> ByName =
        new Dictionary<string, ClientAuthenticationMethod>
        {
            ["client_secret_basic"] = ClientAuthenticationMethod.ClientSecretBasic,
            ["client_secret_post"] = ClientAuthenticationMethod.ClientSecretPost,
            ["client_secret_jwt"] = ClientAuthenticationMethod.ClientSecretJwt,
            ["private_key_jwt"] = ClientAuthenticationMethod.PrivateKeyJwt,
            ["tls_client_auth"] = ClientAuthenticationMethod.TlsClientAuth,
            ["self_signed_tls_client_auth"] = ClientAuthenticationMethod.SelfSignedTlsClientAuth,
            ["none"] = ClientAuthenticationMethod.None,
        };

    /// <param name="mutualTls">True if clients can present certificates here.</param>
    public static IEnumerable<string> Offered(bool mutualTls) =>
        ByName.Where(pair => mutualTls || !pair.Value.IsByCertificate()).Select(pair => pair.Key);

    public static string Name(this ClientAuthenticationMethod method) => ByName.First(pair => pair.Value == method).Key;

    /// <summary>True if the server and the client share a secret.</summary>
    public static bool IsBySecret(this ClientAuthenticationMethod method) =>
        method is ClientAuthenticationMethod.ClientSecretBasic or ClientAuthenticationMethod.ClientSecretPost
            or ClientAuthenticationMethod.ClientSecretJwt;

    public static bool IsByAssertion(this ClientAuthenticationMethod method) =>
        method is ClientAuthenticationMethod.ClientSecretJwt or ClientAuthenticationMethod.PrivateKeyJwt;

    public static bool IsByCertificate(this ClientAuthenticationMethod method) =>
        method is ClientAuthenticationMethod.TlsClientAuth or ClientAuthenticationMethod.SelfSignedTlsClientAuth;
}

/// <summary>In JSON, a method has its registered name.</summary>
public sealed class ClientAuthenticationMethodConverter()
    : JsonStringEnumConverter<ClientAuthenticationMethod>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
