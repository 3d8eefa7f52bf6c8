using System.Net;
using System.Text.Json.Nodes;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Engine;

/// <summary>
/// private_key_jwt: OpenIddict refuses what common libraries write (for RFC 7523 neither its type nor its audience is the only one), and
/// takes what can be used again by whoever saw it.
/// </summary>
[Spec("RFC 7523", "3")]
[Spec("OIDC Core", "9")]
public sealed class LaxAssertionTests(TwoServers servers) : IClassFixture<TwoServers>
{
    private static readonly ClientKey Key = new("ES256", "shop");

    [Theory]
    [InlineData(null)]
    [InlineData("JWT")]
    public async Task An_assertion_needs_no_type_of_its_own(string? type)
    {
        Assert.Equal(HttpStatusCode.OK, await AskAsync(servers.Sso, shop => Assertion(shop, type: type)));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(servers.Plain, shop => Assertion(shop, type: type)));
    }

    [Fact]
    public async Task An_assertion_may_name_the_token_endpoint_as_its_audience()
    {
        Assert.Equal(HttpStatusCode.OK, await AskAsync(servers.Sso, ForTokenEndpoint(servers.Sso)));
        Assert.Equal(HttpStatusCode.BadRequest, await AskAsync(servers.Plain, ForTokenEndpoint(servers.Plain)));

        static Func<RelyingParty, string> ForTokenEndpoint(Side side) =>
            shop => Assertion(shop, claims => claims["aud"] = side.Provider.Issuer + "/connect/token");
    }

    [Fact]
    [Spec("RFC 7523", "5.2")]
    public async Task An_assertion_proves_its_client_once()
    {
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Unauthorized], await TwiceAsync(servers.Sso));
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
        Assert.Equal(HttpStatusCode.OK, await AskAsync(servers.Plain, LongLived));

        static string LongLived(RelyingParty shop) =>
            Assertion(shop, claims => claims["exp"] = claims["iat"]!.GetValue<long>() + (long)TimeSpan.FromDays(3650).TotalSeconds);
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
