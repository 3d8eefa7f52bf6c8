using Microsoft.IdentityModel.Tokens;

namespace Sso.Protocol.Tokens;

/// <summary>
/// The signed answer of the authorization endpoint (JARM §2.1). Its <c>typ</c> is plain JWT, because common libraries refuse a type they do
/// not know; it has no subject, so it never passes for an ID token.
/// </summary>
public static class AuthorizationResponseToken
{
    /// <summary>JARM §2.1 recommends ten minutes at most; a code lives one.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    public static string Write(
        IEnumerable<KeyValuePair<string, string>> parameters, string issuer, string clientId, SigningCredentials key, DateTimeOffset now) =>
        JwtWriter.Write(key, "JWT", json =>
        {
            json.WriteString("iss", issuer);
            json.WriteString("aud", clientId);
            json.WriteNumber("iat", now.ToUnixTimeSeconds());
            json.WriteNumber("exp", (now + Lifetime).ToUnixTimeSeconds());
            foreach (var (name, value) in parameters)
            {
                json.WriteString(name, value);
            }
        });
}
