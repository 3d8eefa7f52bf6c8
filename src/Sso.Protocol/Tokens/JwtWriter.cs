using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Sso.Protocol.Tokens;

/// <summary>Signs a JWT (RFC 7519 §3) whose claims are already in their final form.</summary>
public static class JwtWriter
{
    private static readonly JsonWebTokenHandler Handler = new();

    /// <param name="claims">Those beside iss and aud.</param>
    public static string Write(SigningCredentials key, string type, string issuer, string audience, Action<Utf8JsonWriter> claims)
    {
        var payload = PlainJson.Of(json =>
        {
            json.WriteStartObject();
            json.WriteString("iss", issuer);
            json.WriteString("aud", audience);
            claims(json);
            json.WriteEndObject();
        });
        return Handler.CreateToken(
            Encoding.UTF8.GetString(payload), key, new Dictionary<string, object> { [JwtHeaderParameterNames.Typ] = type });
    }
}
