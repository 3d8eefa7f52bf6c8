using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sso.Protocol.Clients;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Server.Tests.Engine;

/// <summary>
/// private_key_jwt: OpenIddict refuses what common libraries write (for RFC 7523 neither its type nor its audience is the only one), and
/// takes what can be used again by whoever saw it. With our extension it does what we do.
/// </summary>
[Spec("RFC 7523", "3")]
[Spec("OIDC Core", "9")]
[OneDatabase]
public sealed class LaxAssertionTests(TwoServers servers) : IClassFixture<TwoServers>
{
    private static readonly ClientKey Key = new("ES256", "shop");

    [Theory]
    [InlineData(null)]
    [InlineData("JWT")]
    public async Task An_assertion_needs_no_type_of_its_own(string? type)
    {
        Assert.Equal(HttpStatusCode.OK, await AskAsync(servers.Sso, shop => Assertion(shop, type: type)));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(servers.Extended, shop => Assertion(shop, type: type)));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(servers.Plain, shop => Assertion(shop, type: type)));
    }

    [Fact]
    public async Task An_assertion_may_name_the_token_endpoint_as_its_audience()
    {
        Assert.Equal(HttpStatusCode.OK, await AskAsync(servers.Sso, ForTokenEndpoint(servers.Sso)));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(servers.Extended, ForTokenEndpoint(servers.Extended)));
        Assert.Equal(HttpStatusCode.BadRequest, await AskAsync(servers.Plain, ForTokenEndpoint(servers.Plain)));

        static Func<RelyingParty, string> ForTokenEndpoint(Side side) =>
            shop => Assertion(shop, claims => claims["aud"] = side.Provider.Issuer + "/connect/token");
    }

    [Fact]
    [Spec("RFC 7523", "5.2")]
    public async Task An_assertion_proves_its_client_once()
    {
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Unauthorized], await TwiceAsync(servers.Sso));
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Unauthorized], await TwiceAsync(servers.Extended));
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], await TwiceAsync(servers.Plain));

        static async Task<HttpStatusCode[]> TwiceAsync(Side side)
        {
            var shop = await side.RegisterAsync(key: Key);
            var assertion = Assertion(shop);
            return [await AskAsync(shop, assertion), await AskAsync(shop, assertion)];
        }
    }

    [Fact]
    public async Task An_assertion_that_lives_for_ten_years_is_refused()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(servers.Sso, LongLived));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(servers.Extended, LongLived));
        Assert.Equal(HttpStatusCode.OK, await AskAsync(servers.Plain, LongLived));

        static string LongLived(RelyingParty shop) =>
            Assertion(shop, claims => claims["exp"] = claims["iat"]!.GetValue<long>() + (long)TimeSpan.FromDays(3650).TotalSeconds);
    }

    [Fact]
    public async Task A_client_may_sign_with_its_secret()
    {
        Assert.Equal(HttpStatusCode.OK, await SignWithSecretAsync(servers.Extended));
        Assert.Equal(HttpStatusCode.Unauthorized, await SignWithSecretAsync(servers.Plain));

        static async Task<HttpStatusCode> SignWithSecretAsync(Side side)
        {
            var shop = await side.RegisterAsync(client => client.AuthenticationMethod = ClientAuthenticationMethod.ClientSecretJwt);
            var now = side.Provider.Clock.GetUtcNow().UtcDateTime;
            var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
            {
                Issuer = shop.Id,
                Audience = side.Provider.Issuer,
                IssuedAt = now,
                NotBefore = now,
                Expires = now.AddMinutes(5),
                TokenType = "client-authentication+jwt",
                Claims = new Dictionary<string, object> { ["sub"] = shop.Id, ["jti"] = "one" },
                SigningCredentials = new(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(shop.Secret!)), SecurityAlgorithms.HmacSha256),
            });
            return await AskAsync(shop, token);
        }
    }

    [Fact]
    [Spec("RFC 7591", "2")]
    public async Task The_keys_of_a_client_may_stand_at_an_address_where_a_new_one_is_found_at_once()
    {
        await using var peer = await Peer.StartAsync();
        var (former, present) = (new ClientKey("ES256", "former"), new ClientKey("ES256", "present"));
        var published = ClientKey.SetOf(former);
        peer.Publish("/jwks", () => published);

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], await RollAsync(servers.Extended));
        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized], await RollAsync(servers.Plain));

        async Task<HttpStatusCode[]> RollAsync(Side side)
        {
            published = ClientKey.SetOf(former);
            var shop = (await side.RegisterAsync(client => (client.AuthenticationMethod, client.JwksUri) =
                (ClientAuthenticationMethod.PrivateKeyJwt, peer.At("/jwks").ToString()))).With(former);
            var first = await AskAsync(shop, Assertion(shop));
            published = ClientKey.SetOf(former, present);
            return [first, await AskAsync(shop, Assertion(shop.With(present)))];
        }
    }

    /// <summary>One that both servers take, unless a test makes it otherwise.</summary>
    private static string Assertion(RelyingParty shop, Action<JsonObject>? change = null, string? type = "client-authentication+jwt") =>
        shop.Assertion(change, new JsonObject { ["typ"] = type });

    private static async Task<HttpStatusCode> AskAsync(Side side, Func<RelyingParty, string> assertion)
    {
        var shop = await side.RegisterAsync(key: Key);
        return await AskAsync(shop, assertion(shop));
    }

    private static async Task<HttpStatusCode> AskAsync(RelyingParty shop, string assertion) =>
        (await shop.TokenAsync(("grant_type", "client_credentials"), ("client_assertion", assertion))).Status;
}
