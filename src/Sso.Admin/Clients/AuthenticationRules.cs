using Sso.Protocol.Clients;

namespace Sso.Admin.Clients;

/// <summary>Whether a client can authenticate the way it is registered (OIDC Core §9, RFC 8705 §2).</summary>
internal static class AuthenticationRules
{
    public static Flaw? FindFlaw(Client input)
    {
        var method = input.AuthenticationMethod;
        var hasKeys = input.Jwks is not null || input.JwksUri is not null;
        return method switch
        {
            ClientAuthenticationMethod.None when input.Type is ClientType.Web or ClientType.Machine =>
                new(
                    "A web application or a machine proves itself; only programs that anybody can take apart have the method none.",
                    "Choose another method, or the type spa or native."),
            not ClientAuthenticationMethod.None when input.Type == ClientType.Spa =>
                new("A page in a browser can keep neither secret nor key.", "Leave the method out."),
            ClientAuthenticationMethod.PrivateKeyJwt or ClientAuthenticationMethod.SelfSignedTlsClientAuth when !hasKeys =>
                new($"The method {method.Name()} needs the public keys of the client.", "Give them by --jwks or --jwks-uri."),
            ClientAuthenticationMethod.SelfSignedTlsClientAuth when input.KeySet?.Keys.Any(key => key.X5c.Count > 0) == false =>
                new("The key set holds no certificate (x5c).", "Put the certificate of the client into the member x5c of its key."),
            ClientAuthenticationMethod.TlsClientAuth when TlsSubject.Parse(input.TlsSubject) is null =>
                new(
                    "The method tls_client_auth needs what the certificate is issued to.",
                    "Give it as subject_dn=CN=shop,O=Shop or san_dns=shop.example or san_ip=192.0.2.7."),
            not ClientAuthenticationMethod.TlsClientAuth when input.TlsSubject is not null =>
                new("The subject of a certificate belongs to the method tls_client_auth.", "Leave it out, or choose that method."),
            _ => null,
        };
    }
}
