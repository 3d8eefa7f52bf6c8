using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Sso.Protocol.Tokens;

/// <summary>The signed form (RFC 9701 §5) of what is told about a token, for the one who asked.</summary>
public static class TokenIntrospection
{
    /// <param name="write">Writes the answer as it would be sent unsigned.</param>
    public static string Sign(string issuer, string asker, SigningCredentials key, DateTimeOffset now, Action<Utf8JsonWriter> write) =>
        JwtWriter.Write(key, "token-introspection+jwt", json =>
        {
            json.WriteString("iss", issuer);
            json.WriteString("aud", asker);
            json.WriteNumber("iat", now.ToUnixTimeSeconds());
            json.WritePropertyName("token_introspection");
            write(json);
        });
}
