using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Sso.Protocol.Tokens;

/// <summary>Signs a JWT (RFC 7519 §3) whose claims are already in their final form.</summary>
public static class JwtWriter
{
    private static readonly JsonWebTokenHandler Handler = new();

    public static string Write(SigningCredentials key, string type, Action<Utf8JsonWriter> claims) => Handler.CreateToken(
        Encoding.UTF8.GetString(PlainJson.OfMembers(claims)), key, new Dictionary<string, object> { [JwtHeaderParameterNames.Typ] = type });
}
