using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Sso.Protocol.Tokens;

/// <summary>Userinfo as a signed JWT (OIDC Core §5.3.2). It has no end, so it never passes for an ID token.</summary>
public static class UserInfoToken
{
    public static string Write(string issuer, string clientId, SigningCredentials key, Action<Utf8JsonWriter> claims) =>
        JwtWriter.Write(key, "JWT", json =>
        {
            json.WriteString("iss", issuer);
            json.WriteString("aud", clientId);
            claims(json);
        });
}
