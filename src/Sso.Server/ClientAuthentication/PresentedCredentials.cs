using System.Text;
using OpenIddict.Abstractions;

namespace Sso.Server.ClientAuthentication;

/// <summary>What a request brings to authenticate its client, by exactly one method (RFC 6749 §2.3).</summary>
/// <param name="Value">The secret or the assertion; empty if the request brings neither.</param>
internal sealed record PresentedCredentials(string ClientId, PresentedCredentials.Form Kind, string Value)
{
    public enum Form
    {
        /// <summary>Only the client_id: a public client, or one that presents a certificate.</summary>
        NameOnly,
        BasicHeader,
        PostedSecret,
        Assertion,
    }

    public static Result<PresentedCredentials, OAuthError> Read(HttpContext http, OpenIddictRequest parameters)
    {
        var header = http.Request.Headers.Authorization.ToString();
        var (secret, assertion, named) = (
            parameters.Text("client_secret"), parameters.Text("client_assertion"), parameters.Text("client_id"));
        if ((header.Length > 0 ? 1 : 0) + (secret is null ? 0 : 1) + (assertion is null ? 0 : 1) > 1)
        {
            return OAuthError.CredentialsTwice;
        }

        if (header.Length > 0)
        {
            return ReadBasic(header) is { } basic && (named is null || named == basic.ClientId)
                ? basic
                : OAuthError.InvalidClient("malformed Authorization header");
        }

        if (assertion is not null)
        {
            return ClientAssertion.ClaimedClient(parameters) is { } claimed
                ? new PresentedCredentials(claimed, Form.Assertion, assertion)
                : OAuthError.InvalidClient("malformed assertion, of another type, or of another client than client_id");
        }

        return (named, secret) switch
        {
            (null, _) => OAuthError.InvalidClient("no client_id"),
            ({ } id, null) => new PresentedCredentials(id, Form.NameOnly, ""),
            ({ } id, { } posted) => new PresentedCredentials(id, Form.PostedSecret, posted),
        };
    }

    /// <summary>Who a request says that it comes from, which nobody has proved: for the record of what could not be read.</summary>
    /// <param name="http">The request.</param>
    /// <param name="sent">The client_id beside the header; null if there is none, or no single one.</param>
    public static string? NameIn(HttpContext http, string? sent) =>
        ReadBasic(http.Request.Headers.Authorization.ToString())?.ClientId ?? sent;

    /// <summary>True for the registered way. A secret is the same one in header or body, and libraries choose for themselves.</summary>
    public bool Fit(ClientAuthenticationMethod method) => method switch
    {
        ClientAuthenticationMethod.ClientSecretBasic or ClientAuthenticationMethod.ClientSecretPost =>
            Kind is Form.BasicHeader or Form.PostedSecret,
        ClientAuthenticationMethod.ClientSecretJwt or ClientAuthenticationMethod.PrivateKeyJwt => Kind == Form.Assertion,
        _ => Kind == Form.NameOnly,
    };

    /// <summary>RFC 6749 §2.3.1: id and secret are form-urlencoded before they are joined and encoded.</summary>
    private static PresentedCredentials? ReadBasic(string header)
    {
        const string Scheme = "Basic ";
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var decoded = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[Scheme.Length..].Trim(), decoded, out var length))
        {
            return null;
        }

        var pair = Encoding.UTF8.GetString(decoded, 0, length).Split(':', 2);
        return pair is [{ Length: > 0 } id, var secret] ? new(Decode(id), Form.BasicHeader, Decode(secret)) : null;
    }

    private static string Decode(string value) => Uri.UnescapeDataString(value.Replace('+', ' '));

    public override string ToString() => ClientId;
}
