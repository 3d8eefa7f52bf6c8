using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sso.Protocol;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Conformance;

/// <summary>What nearly every module checks besides its own subject (section 0 of the plans).</summary>
internal static partial class Standard
{
    private static readonly HashSet<string> OnAnError = ["error", "error_description", "error_uri", "state", "session_state", "iss"];

    /// <summary>Claims of an ID token that nobody need ask for.</summary>
    private static readonly HashSet<string> InEveryIdToken =
        ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "sid", "acr", "amr", "azp", "jti", "nbf", "at_hash", "c_hash", "s_hash"];

    /// <summary>GE10.</summary>
    public static void ErrorCallback(Callback callback)
    {
        Assert.Null(callback["code"]);
        Assert.Empty(callback.Parameters.Keys.Except(OnAnError));
        Assert.Matches(OnlyLegal(), callback["error_description"] ?? "");
        Assert.Matches(OnlyUri(), callback["error_uri"] ?? "");
    }

    /// <summary>GE12 and GE14.</summary>
    public static void TokenAnswer(TokenAnswer answer)
    {
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Error);
        Assert.True(answer.Headers!.CacheControl!.NoStore);
        IsRandom(answer.AccessToken!);
        Assert.False(string.IsNullOrWhiteSpace(answer.Text("token_type")));
        Assert.InRange(answer.Body.GetProperty("expires_in").GetInt64(), 1, 365 * 24 * 3600);
        Assert.NotNull(answer.Text("id_token"));
        if (answer.RefreshToken is { } refresh)
        {
            IsRandom(refresh);
        }
    }

    /// <summary>GE13: 128 bits long, more than 96 bits of Shannon entropy, visible ASCII.</summary>
    public static void IsRandom(string value)
    {
        Assert.All(value, character => Assert.InRange(character, '!', '~'));
        Assert.True(value.Length * 8 >= 128);
        var bits = value.GroupBy(character => character).Sum(group => group.Count() * -Math.Log2((double)group.Count() / value.Length));
        Assert.True(bits > 96, $"{bits:F0} bits in {value.Length} characters");
    }

    /// <summary>GE15. A null nonce: none was sent, and none comes back.</summary>
    public static async Task<JsonWebToken> IdTokenAsync(
        SsoServer server, JsonWebToken token, string clientId, string? nonce,
        string accessToken, string code, string algorithm = SigningAlgorithms.RS256)
    {
        var now = server.Clock.GetUtcNow();
        var key = await KeyOfAsync(server, token);
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(token.EncodedToken, new TokenValidationParameters
        {
            ValidIssuer = SsoServer.Issuer,
            ValidAudience = clientId,
            ValidateLifetime = false,
            ValidAlgorithms = [algorithm],
            TryAllIssuerSigningKeys = false,
            IssuerSigningKey = key,
        });
        Assert.True(result.IsValid, result.Exception?.Message);
        Assert.InRange(token.ValidTo, now.UtcDateTime.AddSeconds(1), now.UtcDateTime.AddYears(50));
        Assert.InRange(token.IssuedAt, now.UtcDateTime.AddMinutes(-5), now.UtcDateTime.AddMinutes(5));
        Assert.InRange(token.GetPayloadValue<long>("auth_time"), now.AddYears(-1).ToUnixTimeSeconds(), now.ToUnixTimeSeconds());
        Assert.NotEmpty(token.GetPayloadValue<string>("acr"));
        Assert.Matches("^[ -~]{1,255}$", token.Subject);
        Assert.Equal(nonce, token.TryGetPayloadValue<string>("nonce", out var value) ? value : null);

        HashIsRight(token, "at_hash", accessToken);
        HashIsRight(token, "c_hash", code);
        Assert.Empty(token.Claims.Select(claim => claim.Type).Except(InEveryIdToken));
        return token;
    }

    /// <summary>By kid, kty, alg and use, as the suite chooses.</summary>
    private static async Task<JsonWebKey> KeyOfAsync(SsoServer server, JsonWebToken token)
    {
        // GE03: none of our keys has a certificate.
        Assert.False(token.TryGetHeaderValue<string>("x5t", out _) || token.TryGetHeaderValue<string>("x5t#S256", out _));
        using var client = server.Backchannel();
        var keys = new JsonWebKeySet(await client.GetStringAsync("/.well-known/jwks")).Keys;
        return Assert.Single(
            keys,
            key => key.Kid == token.Kid && key.Alg == token.Alg && key.Use == "sig" && key.Kty == (token.Alg[0] == 'E' ? "EC" : "RSA"));
    }

    /// <summary>GE02 and GE03: every key whole, public, strong (FG08) and named once.</summary>
    public static async Task KeySetAsync(SsoServer server)
    {
        using var client = server.Backchannel();
        using var document = JsonDocument.Parse(await client.GetStringAsync("/.well-known/jwks"));
        var keys = document.RootElement.GetProperty("keys").EnumerateArray().ToList();
        Assert.NotEmpty(keys);
        Assert.Equal(keys.Count, keys.Select(key => key.GetProperty("kid").GetString()).Distinct().Count());
        foreach (var key in keys)
        {
            string Text(string name) => key.GetProperty(name).GetString()!;
            int Length(string name) => System.Buffers.Text.Base64Url.DecodeFromChars(Text(name)).Length;
            Assert.DoesNotContain(
                key.EnumerateObject(), member => member.Name is "d" or "p" or "q" or "dp" or "dq" or "qi" or "oth" or "k");
            Assert.All(["kid", "alg"], name => Assert.False(string.IsNullOrWhiteSpace(Text(name)), name));
            Assert.True(Text("use") is "sig" or "enc");
            string[] numbers = Text("kty") == "RSA" ? ["n", "e"] : ["x", "y"];
            Assert.All(numbers, name => Assert.DoesNotContain("=", Text(name), StringComparison.Ordinal));
            switch (Text("kty"), Text("kty") == "EC" ? Text("crv") : null)
            {
                case ("RSA", null):
                    Assert.True(Length("n") >= 256 && Length("e") >= 1);
                    break;
                case ("EC", "P-256"):
                    Assert.Equal((32, 32), (Length("x"), Length("y")));
                    break;
                case ("EC", "P-384"):
                    Assert.Equal((48, 48), (Length("x"), Length("y")));
                    break;
                case ("EC", "P-521"):
                    Assert.Equal((66, 66), (Length("x"), Length("y")));
                    break;
                default:
                    Assert.Fail(key.ToString());
                    break;
            }
        }
    }

    /// <summary>OIDC Core §3.1.3.6; both are optional in the code flow.</summary>
    private static void HashIsRight(JsonWebToken token, string name, string of)
    {
        if (token.TryGetPayloadValue<string>(name, out var hash))
        {
            var digest = CryptographicOperations.HashData(SigningAlgorithms.HashOf(token.Alg), Encoding.ASCII.GetBytes(of));
            Assert.Equal(Base64UrlEncoder.Encode(digest[..(digest.Length / 2)]), hash);
        }
    }

    /// <summary>GE16.</summary>
    public static void Claims(JsonElement claims, DateTimeOffset now)
    {
        foreach (var claim in claims.EnumerateObject())
        {
            switch (claim.Name)
            {
                case "email_verified" or "phone_number_verified":
                    Assert.True(claim.Value.ValueKind is JsonValueKind.True or JsonValueKind.False);
                    break;
                case "updated_at":
                    Assert.InRange(
                        claim.Value.GetInt64(), DateTimeOffset.UnixEpoch.AddYears(20).ToUnixTimeSeconds(), now.ToUnixTimeSeconds());
                    break;
                case "last_access_at":
                    Assert.Equal(JsonValueKind.Number, claim.Value.ValueKind);
                    break;
                case "birthdate":
                    Assert.Matches("^([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4})$", claim.Value.GetString());
                    break;
                case "address":
                    Assert.All(claim.Value.EnumerateObject(), part => Assert.False(string.IsNullOrWhiteSpace(part.Value.GetString())));
                    break;
                default:
                    Assert.False(
                        claim.Value.GetString() is "null" or null || string.IsNullOrWhiteSpace(claim.Value.GetString()), claim.Name);
                    break;
            }
        }
    }

    [GeneratedRegex(@"\A[ !#-\[\]-~]*\z")]
    private static partial Regex OnlyLegal();

    [GeneratedRegex(@"\A[!#-\[\]-~]*\z")]
    private static partial Regex OnlyUri();
}
