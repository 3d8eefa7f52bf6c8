namespace Sso.Protocol.Clients;

/// <summary>How a client proves itself at the token endpoint (OIDC Core §9).</summary>
public enum ClientAuthenticationMethod
{
    ClientSecretBasic,
    ClientSecretPost,
    None,
}

public static class ClientAuthenticationMethods
{
    public static readonly IReadOnlyDictionary<string, ClientAuthenticationMethod> ByName = new Dictionary<string, ClientAuthenticationMethod>
    {
        ["client_secret_basic"] = ClientAuthenticationMethod.ClientSecretBasic,
        ["client_secret_post"] = ClientAuthenticationMethod.ClientSecretPost,
        ["none"] = ClientAuthenticationMethod.None,
    };

    public static readonly IReadOnlyList<string> Confidential = [.. ByName.Where(pair => pair.Value != ClientAuthenticationMethod.None).Select(pair => pair.Key)];

    public static string Name(this ClientAuthenticationMethod method) => ByName.First(pair => pair.Value == method).Key;
}
