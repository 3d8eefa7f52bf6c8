using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Introspection;

[Spec("RFC 7662", "2")]
[OneDatabase]
public sealed class IntrospectionEndpointTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    public async Task A_client_learns_what_its_access_token_says()
    {
        var (shop, ada, tokens) = await TokensAsync();
        var told = await shop.IntrospectAsync(tokens.AccessToken);
        Assert.True(IsActive(told));
        Assert.Equal(
            (ada.Subject, shop.Id, "Bearer", ada.UserName, SsoServer.Issuer, "offline_access openid"),
            (told.Text("sub"),
                told.Text("client_id"), told.Text("token_type"), told.Text("username"), told.Text("iss"), told.Text("scope")));
        Assert.Equal("urn:sso:acr:mfa-app", told.Text("acr"));
        Assert.Equal(600, told.Body.GetProperty("exp").GetInt64() - told.Body.GetProperty("iat").GetInt64());
    }

    [Fact]
    public async Task A_refresh_token_is_active_until_it_is_rotated()
    {
        var (shop, _, tokens) = await TokensAsync();
        Assert.True(IsActive(await shop.IntrospectAsync(tokens.RefreshToken)));
        var next = await shop.RefreshAsync(tokens.RefreshToken);
        Assert.False(IsActive(await shop.IntrospectAsync(tokens.RefreshToken)));
        Assert.True(IsActive(await shop.IntrospectAsync(next.RefreshToken)));
    }

    [Fact]
    [Spec("S111")]
    public async Task Another_client_learns_nothing()
    {
        var (_, _, tokens) = await TokensAsync();
        var other = await server.RegisterAsync("other");
        foreach (var token in (string?[])[tokens.AccessToken, tokens.RefreshToken, tokens.Text("id_token"), "not-a-token"])
        {
            var told = await other.IntrospectAsync(token);
            Assert.Equal(HttpStatusCode.OK, told.Status);
            Assert.Equal("""{"active":false}""", told.Body.GetRawText());
        }
    }

    [Fact]
    [Spec("S111")]
    [Spec("RFC 8707", "2.2")]
    public async Task The_resource_that_a_token_is_meant_for_learns_what_it_says_and_another_one_does_not()
    {
        var orders = await server.RegisterAsync("orders");
        var invoices = await server.RegisterAsync("invoices");
        var (read, pay) = ($"read-{orders.Id}", $"pay-{orders.Id}");
        await server.AddResourceAsync($"https://{orders.Id}.example", orders.Id, read);
        await server.AddResourceAsync($"https://{invoices.Id}.example", invoices.Id, pay);
        var shop = await server.RegisterAsync("shop", client =>
        {
            client.GrantTypes = ["client_credentials"];
            client.Scopes = [read, pay];
        });

        var token = (await shop.TokenAsync(("grant_type", "client_credentials"), ("resource", $"https://{orders.Id}.example"))).AccessToken;

        var told = await orders.IntrospectAsync(token);
        Assert.True(IsActive(told));
        Assert.Equal(($"https://{orders.Id}.example", read), (told.Text("aud"), told.Text("scope")));
        Assert.False(IsActive(await invoices.IntrospectAsync(token)));
    }

    [Fact]
    [Spec("A50")]
    [Spec("A24")]
    public async Task What_ended_on_one_node_is_inactive_on_the_other()
    {
        await using var other = await server.StartSecondNodeAsync();
        var (shop, _, tokens) = await TokensAsync();
        await server.PassAsync(TimeSpan.FromSeconds(1));
        await shop.RevokeAsync(tokens.RefreshToken);
        Assert.False(IsActive(await shop.On(other).IntrospectAsync(tokens.AccessToken)));

        var (second, ada, more) = await TokensAsync();
        await server.PassAsync(TimeSpan.FromSeconds(1));
        await using var database = server.OpenDatabase();
        var person = await database.Users.SingleAsync(row => row.Id == ada.Id);
        person.Disable(server.Clock.GetUtcNow());
        await database.SaveChangesAsync();
        Assert.False(IsActive(await second.On(other).IntrospectAsync(more.AccessToken)));
    }

    [Fact]
    public async Task After_its_life_a_token_is_inactive()
    {
        var (shop, _, tokens) = await TokensAsync();
        await server.PassAsync(TimeSpan.FromMinutes(10));
        Assert.False(IsActive(await shop.IntrospectAsync(tokens.AccessToken)));
    }

    [Fact]
    [Spec("S94")]
    public async Task Nobody_introspects_without_a_secret()
    {
        var (_, _, tokens) = await TokensAsync();
        var spa = await server.RegisterAsync("spa", client => client.AuthenticationMethod = ClientAuthenticationMethod.None);
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), Refusal(await spa.IntrospectAsync(tokens.AccessToken)));
        Assert.Equal(
            (HttpStatusCode.BadRequest, "invalid_request"), Refusal(await (await server.RegisterAsync("shop")).IntrospectAsync(null)));
    }

    [Fact]
    [Spec("RFC 9701", "5")]
    public async Task The_answer_is_signed_for_the_asker_when_it_is_asked_for_as_a_JWT()
    {
        var (shop, ada, tokens) = await TokensAsync();
        using var answer = await shop.SendAsync(
            "/connect/introspect", "application/token-introspection+jwt", ("token", tokens.AccessToken));
        Assert.Equal("application/token-introspection+jwt", answer.Content.Headers.ContentType!.MediaType);
        var signed = await answer.Content.ReadAsStringAsync();

        using var backchannel = server.Backchannel();
        var keys = new JsonWebKeySet(await backchannel.GetStringAsync("/.well-known/jwks"));
        var checkedToken = await new JsonWebTokenHandler().ValidateTokenAsync(signed, new TokenValidationParameters
        {
            ValidTypes = ["token-introspection+jwt"],
            ValidIssuer = SsoServer.Issuer,
            ValidAudience = shop.Id,
            IssuerSigningKeys = keys.GetSigningKeys(),
            ValidateLifetime = false,
        });

        Assert.True(checkedToken.IsValid, checkedToken.Exception?.Message);
        var told = ((JsonWebToken)checkedToken.SecurityToken).GetPayloadValue<JsonElement>("token_introspection");
        Assert.Equal((true, ada.Subject), (told.GetProperty("active").GetBoolean(), told.GetProperty("sub").GetString()));
    }

    private async Task<(RelyingParty Shop, Customer Ada, TokenAnswer Tokens)> TokensAsync()
    {
        var shop = await server.RegisterAsync("shop");
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var answer = await shop.SignInAsync(server.OpenBrowser(), ada, ("scope", "openid offline_access"));
        return (shop, ada, await shop.RedeemAsync(answer.Code));
    }

    private static bool IsActive(TokenAnswer answer) => answer.Body.GetProperty("active").GetBoolean();

    private static (HttpStatusCode Status, string? Error) Refusal(TokenAnswer answer) => (answer.Status, answer.Error);
}
