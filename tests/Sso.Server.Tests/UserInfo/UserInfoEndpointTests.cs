using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.UserInfo;

[Spec("OIDC Core", "5.3")]
[OneDatabase]
public sealed class UserInfoEndpointTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Theory]
    [Spec("OIDC Core", "5.4")]
    [Spec("GE16")]
    [InlineData("openid", "sub")]
    [InlineData("openid email", "email email_verified sub")]
    [InlineData("openid address", "address sub")]
    [InlineData("openid phone", "phone_number phone_number_verified sub")]
    [InlineData("openid profile", "birthdate given_name locale name preferred_username sub updated_at")]
    public async Task Each_scope_brings_its_claims_and_what_is_not_known_is_left_out(string scope, string claims)
    {
        var (shop, customer) = await ShopAndCustomerAsync();
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(server.OpenBrowser(), customer, ("scope", scope))).Code);
        var (status, body) = await shop.UserInfoAsync(tokens.AccessToken);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(claims, string.Join(' ', body.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal)));
        Assert.Equal(tokens.IdToken.Subject, body.GetProperty("sub").GetString());
    }

    [Theory]
    [InlineData("openid profile email address", "", 1, false)]
    [InlineData("openid phone", "", 1, true)]
    [InlineData("openid last_access", "", 1, true)]
    [InlineData("openid", """{"userinfo":{"phone_number":null,"last_access_at":null}}""", 2, true)]
    public async Task Number_and_former_access_are_read_only_where_they_are_asked_for(string scope, string claims, int reads, bool asked)
    {
        var (shop, customer) = await ShopAndCustomerAsync();
        var browser = server.OpenBrowser();
        await shop.SignInAsync(browser, customer);
        (string, string?)[] request = claims.Length == 0 ? [("scope", scope)] : [("scope", scope), ("claims", claims)];
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(browser, customer, request)).Code);
        server.Statements.Reset();

        var (_, body) = await shop.UserInfoAsync(tokens.AccessToken);

        Assert.Equal(reads, server.Statements.Commands.Count);
        Assert.Equal(asked, server.Statements.Commands.Any(command => command.Contains("SecondFactors", StringComparison.Ordinal)));
        Assert.Equal(asked, server.Statements.Commands.Any(command => command.Contains(".\"PreviousAccessAt\"", StringComparison.Ordinal)));
        Assert.Equal((scope + claims).Contains("phone", StringComparison.Ordinal), body.TryGetProperty("phone_number", out _));
    }

    [Fact]
    public async Task The_last_access_is_the_one_before_this_session()
    {
        var (shop, customer) = await ShopAndCustomerAsync();
        var first = server.Clock.GetUtcNow();
        await shop.SignInAsync(server.OpenBrowser(), customer);
        await server.PassAsync(TimeSpan.FromHours(5));
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(server.OpenBrowser(), customer, ("scope", "openid last_access"))).Code);
        var (_, body) = await shop.UserInfoAsync(tokens.AccessToken);
        Assert.InRange(body.GetProperty("last_access_at").GetInt64() - first.ToUnixTimeSeconds(), 0, 120);
    }

    [Theory]
    [Spec("FAPI 1.0 Baseline", "6.2.1")]
    [InlineData("c770aef3-6784-41f7-8e0e-ff5f97bddb3a", true)]
    [InlineData("C770AEF3-6784-41F7-8E0E-FF5F97BDDB3A", true)]
    [InlineData("c770aef3678441f78e0eff5f97bddb3a", false)]
    [InlineData("{c770aef3-6784-41f7-8e0e-ff5f97bddb3a}", false)]
    [InlineData("<script>", false)]
    [InlineData("c770aef3-6784-41f7-8e0e-ff5f97bddb3a, c770aef3-6784-41f7-8e0e-ff5f97bddb3b", false)]
    public async Task The_id_of_an_interaction_comes_back_when_it_is_a_uuid(string id, bool comesBack)
    {
        var (shop, customer) = await ShopAndCustomerAsync();
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(server.OpenBrowser(), customer)).Code);
        foreach (var token in (string?[])[tokens.AccessToken, "not-a-token"])
        {
            using var client = server.Backchannel();
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            client.DefaultRequestHeaders.TryAddWithoutValidation("x-fapi-interaction-id", id);
            using var answer = await client.GetAsync("/connect/userinfo");
            Assert.Equal(
                comesBack ? [id] : Array.Empty<string>(),
                answer.Headers.TryGetValues("x-fapi-interaction-id", out var values) ? values : []);
        }
    }

    [Fact]
    [Spec("RFC 6750", "3.1")]
    public async Task Without_a_token_the_challenge_names_no_error_and_with_a_bad_one_it_does()
    {
        using var client = server.Backchannel();
        using var none = await client.GetAsync("/connect/userinfo");
        Assert.Equal(HttpStatusCode.Unauthorized, none.StatusCode);
        Assert.Equal(
            ["Bearer", "DPoP algs=\"ES256 ES384 PS256 RS256\""], none.Headers.WwwAuthenticate.Select(challenge => challenge.ToString()));
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "not-a-token");
        using var bad = await client.GetAsync("/connect/userinfo");
        Assert.Contains("error=\"invalid_token\"", bad.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    [Spec("S48")]
    public async Task A_token_in_the_query_is_not_read_and_in_a_posted_form_it_is()
    {
        var (shop, customer) = await ShopAndCustomerAsync();
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(server.OpenBrowser(), customer)).Code);
        using var client = server.Backchannel();
        using var query = await client.GetAsync("/connect/userinfo?access_token=" + tokens.AccessToken);
        Assert.Equal(HttpStatusCode.Unauthorized, query.StatusCode);
        using var form = new FormUrlEncodedContent([new("access_token", tokens.AccessToken!)]);
        using var posted = await client.PostAsync("/connect/userinfo", form);
        Assert.Equal(
            customer.Subject, JsonDocument.Parse(await posted.Content.ReadAsStringAsync()).RootElement.GetProperty("sub").GetString());
    }

    [Fact]
    [Spec("S107")]
    public async Task Neither_an_id_token_nor_an_expired_or_changed_access_token_is_taken()
    {
        var (shop, customer) = await ShopAndCustomerAsync();
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(server.OpenBrowser(), customer)).Code);
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.UserInfoAsync(tokens.Text("id_token"))).Status);
        var parts = tokens.AccessToken!.Split('.');
        Assert.Equal(
            HttpStatusCode.Unauthorized, (await shop.UserInfoAsync($"{parts[0]}.{parts[1]}.{new string([.. parts[2].Reverse()])}")).Status);
        await server.PassAsync(TimeSpan.FromMinutes(11));
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.UserInfoAsync(tokens.AccessToken)).Status);
    }

    private async Task<(RelyingParty Shop, Customer Customer)> ShopAndCustomerAsync()
    {
        var shop = await server.RegisterAsync(
            "shop",
            client => (client.Scopes, client.SecondFactor) =
                ([.. Sso.Protocol.Scopes.Identity], Sso.Protocol.Clients.SecondFactorPolicy.None));
        var anna = await server.AddPersonAsync("anna", person =>
        {
            (person.Name, person.GivenName, person.Birthdate, person.Locale) = ("Anna Bianchi", "Anna", "1985-04-30", "it");
            person.StreetAddress = "Via Roma 1";
        });
        return (shop, await anna.WithPhoneAsync());
    }
}
