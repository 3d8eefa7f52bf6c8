using System.Text;
using System.Text.Json;
using Sso.Protocol.Clients;
using Sso.Protocol.Tokens;
using Sso.Server.Http;
using Sso.Server.Keys;

namespace Sso.Server.UserInfo;

/// <summary>The answer of userinfo as the client registered it: JSON, signed, encrypted, or both (OIDC Core §5.3.2).</summary>
public sealed class UserInfoAnswer(SigningKeyRing keys, TokenEncryptor encryptor, SsoOptions options)
{
    private const string TokenType = "application/jwt";

    internal async Task<IResult> MakeAsync(Client client, UserInfoRow row, IReadOnlySet<string> ofScopes, CancellationToken cancellation)
    {
        void Claims(Utf8JsonWriter json)
        {
            json.WriteString("sub", client.SubjectOf(row.Person.Id));
            PersonClaims.Write(json, row, row.Claims.Count == 0 ? ofScopes : ofScopes.Union(row.Claims).ToHashSet(StringComparer.Ordinal));
        }

        if (client is { UserInfoSigningAlgorithm: null, UserInfoEncryption: null })
        {
            return TypedResults.Bytes(Json(Claims), "application/json");
        }

        var text = client.UserInfoSigningAlgorithm is { } algorithm
            ? UserInfoToken.Write(options.Issuer, client.Id, keys.Signing(algorithm), Claims)
            : Encoding.UTF8.GetString(Json(Claims));
        return (await encryptor.EncryptAsync(
                client, client.UserInfoEncryption, text, client.UserInfoSigningAlgorithm is not null, cancellation))
            .Failed(out var error, out var token)
            ? new OAuthErrorResult(error)
            : TypedResults.Text(token, TokenType);
    }

    private static byte[] Json(Action<Utf8JsonWriter> claims)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            claims(json);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
