using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;
using Sso.Data;
using Sso.Data.Clients;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Token;

[OneDatabase]
[Spec("RFC 8693", "2")]
[Spec("S104")]
[Spec("A28")]
public sealed class TokenExchangeTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    private const string AccessTokenType = "urn:ietf:params:oauth:token-type:access_token";

    private static int _worlds;

    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    [Spec("RFC 8693", "2.2.1")]
    [Spec("RFC 8693", "4.1")]
    public async Task An_api_gets_a_token_for_the_one_behind_it_that_names_the_person_and_who_acts()
    {
        var world = await WorldAsync();
        await server.PassAsync(TimeSpan.FromMinutes(4));
        var exchanged = await world.Orders.ExchangeAsync(world.Token);
        Assert.Equal(HttpStatusCode.OK, exchanged.Status);
        Assert.Equal(
            (AccessTokenType, "Bearer", world.StockScope),
            (exchanged.Text("issued_token_type"), exchanged.Text("token_type"), exchanged.Text("scope")));
        Assert.Equal((null, null), (exchanged.RefreshToken, exchanged.Text("id_token")));

        var (before, after) = (new JsonWebToken(world.Token), new JsonWebToken(exchanged.AccessToken));
        Assert.Equal(world.Ada.Subject, after.Subject);
        Assert.Equal([world.StockId], after.Audiences);
        Assert.Equal(world.Orders.Id, after.GetClaim("client_id").Value);
        Assert.Equal(world.Orders.Id, after.GetPayloadValue<JsonElement>("act").GetProperty("sub").GetString());
        Assert.Equal(before.ValidTo, after.ValidTo);
        Assert.Equal(360, exchanged.Body.GetProperty("expires_in").GetInt32());
        Assert.Equal(before.GetClaim("acr").Value, after.GetClaim("acr").Value);
    }

    [Fact]
    [Spec("RFC 8693", "4.1")]
    public async Task A_chain_of_exchanges_names_all_who_acted_the_last_one_first_and_introspection_shows_it()
    {
        var world = await WorldAsync();
        var once = await world.Orders.ExchangeAsync(world.Token);
        // The stock calls itself, as it were: what counts is who was called and who goes on.
        await AllowAsync(world.Stock, world.StockId);
        var twice = await world.Stock.ExchangeAsync(once.AccessToken);
        var act = (await world.Stock.IntrospectAsync(twice.AccessToken)).Body.GetProperty("act");
        Assert.Equal(
            (world.Stock.Id, world.Orders.Id), (act.GetProperty("sub").GetString(), act.GetProperty("act").GetProperty("sub").GetString()));
        Assert.False((await world.Stock.IntrospectAsync(world.Token)).Body.TryGetProperty("act", out _));

        for (var more = 3; more <= 8; more++)
        {
            twice = await world.Stock.ExchangeAsync(twice.AccessToken);
            Assert.Equal(HttpStatusCode.OK, twice.Status);
        }

        Assert.Equal("invalid_request", (await world.Stock.ExchangeAsync(twice.AccessToken)).Error);
    }

    [Theory]
    [InlineData("an ID token")]
    [InlineData("a refresh token")]
    [InlineData("a token meant for others")]
    [InlineData("a token of its own, for others")]
    [InlineData("an expired token")]
    [InlineData("a changed token")]
    [InlineData("nonsense")]
    public async Task Only_access_tokens_in_force_that_are_meant_for_it_are_taken(string what)
    {
        var world = await WorldAsync();
        var subject = what switch
        {
            "an ID token" => world.Tokens.Text("id_token"),
            "a refresh token" => world.Tokens.RefreshToken,
            "a token meant for others" => await OnlyForAsync(world, world.StockId),
            "a token of its own, for others" =>
                (await world.Orders.TokenAsync(("grant_type", "client_credentials"), ("resource", world.StockId))).AccessToken,
            "a changed token" => world.Token[..^2] + (world.Token[^2] == 'A' ? "BA" : "AA"),
            "nonsense" => "x.y.z",
            _ => world.Token,
        };
        Assert.NotNull(subject);
        if (what == "an expired token")
        {
            await server.PassAsync(TimeSpan.FromMinutes(11));
        }

        var refused = await world.Orders.ExchangeAsync(subject);
        Assert.Equal(("invalid_request", HttpStatusCode.BadRequest), (refused.Error, refused.Status));
        Assert.Contains("meant for this client", refused.Text("error_description"), StringComparison.Ordinal);
    }

    [Theory]
    [Spec("RFC 8693", "2.1")]
    [Spec("A23")]
    [InlineData("subject_token", null, "invalid_request")]
    [InlineData("subject_token_type", null, "invalid_request")]
    [InlineData("subject_token_type", "urn:ietf:params:oauth:token-type:id_token", "invalid_request")]
    [InlineData("requested_token_type", "urn:ietf:params:oauth:token-type:refresh_token", "invalid_request")]
    [InlineData("actor_token_type", AccessTokenType, "invalid_request")]
    [InlineData("resource", "https://api.example/unknown", "invalid_target")]
    [InlineData("audience", "somebody", "invalid_target")]
    [InlineData("scope", "openid", "invalid_scope")]
    [InlineData("scope", "more", "invalid_scope")]
    public async Task A_bad_request_is_refused(string parameter, string? value, string error)
    {
        var world = await WorldAsync();
        Assert.Equal(error, (await world.Orders.ExchangeAsync(world.Token, (parameter, value))).Error);
    }

    [Fact]
    public async Task The_result_has_no_scope_that_the_token_lacks()
    {
        var world = await WorldAsync();
        var narrow = await OnlyForAsync(world, world.OrdersId);
        Assert.Equal("invalid_scope", (await world.Orders.ExchangeAsync(narrow)).Error);
        Assert.Equal("invalid_scope", (await world.Orders.ExchangeAsync(world.Token, ("scope", world.OrdersScope))).Error);
        Assert.Equal(world.StockScope, (await world.Orders.ExchangeAsync(world.Token, ("scope", world.StockScope))).Text("scope"));
    }

    [Fact]
    public async Task The_target_is_named_as_resource_or_as_audience_and_with_several_it_must_be()
    {
        var world = await WorldAsync();
        foreach (var (name, value) in ((string, string)[])[
            ("resource", world.StockId), ("audience", world.StockId), ("audience", world.Stock.Id)])
        {
            Assert.Equal(
                [world.StockId], new JsonWebToken((await world.Orders.ExchangeAsync(world.Token, (name, value))).AccessToken).Audiences);
        }

        Assert.Equal("invalid_target", (await world.Orders.ExchangeAsync(world.Token, ("resource", world.OrdersId))).Error);
        await AllowAsync(world.Orders, world.StockId, world.OrdersId);
        Assert.Equal("invalid_request", (await world.Orders.ExchangeAsync(world.Token)).Error);
    }

    [Fact]
    [Spec("S94")]
    public async Task Only_a_confidential_client_that_was_allowed_exchanges()
    {
        var world = await WorldAsync();
        Assert.Equal("unauthorized_client", (await world.Stock.ExchangeAsync(world.Token)).Error);
        var app = await server.RegisterAsync("app", client =>
        {
            client.AuthenticationMethod = ClientAuthenticationMethod.None;
            client.GrantTypes = [.. client.GrantTypes, GrantTypes.TokenExchange];
            client.ExchangeTargets = [world.StockId];
        });
        Assert.Equal("unauthorized_client", (await app.ExchangeAsync(world.Token)).Error);
    }

    [Fact]
    [Spec("RFC 8693", "2.1")]
    public async Task An_actor_token_is_one_that_the_client_got_for_itself()
    {
        var world = await WorldAsync();
        var own = (await world.Orders.TokenAsync(("grant_type", "client_credentials"))).AccessToken;
        var accepted = await world.Orders.ExchangeAsync(world.Token, ("actor_token", own), ("actor_token_type", AccessTokenType));
        Assert.Equal(
            world.Orders.Id, new JsonWebToken(accepted.AccessToken).GetPayloadValue<JsonElement>("act").GetProperty("sub").GetString());
        Assert.Equal(
            "invalid_request",
            (await world.Orders.ExchangeAsync(world.Token, ("actor_token", world.Token), ("actor_token_type", AccessTokenType))).Error);
        Assert.Equal("invalid_request", (await world.Orders.ExchangeAsync(world.Token, ("actor_token", own))).Error);
    }

    [Theory]
    [Spec("A7")]
    [Spec("A24")]
    [Spec("S45")]
    [InlineData("the person is disabled")]
    [InlineData("the grant is revoked")]
    [InlineData("the first client is disabled")]
    public async Task What_ends_the_token_ends_the_exchange_and_what_came_of_it(string what)
    {
        var world = await WorldAsync();
        var earlier = await world.Orders.ExchangeAsync(world.Token);
        Assert.True((await world.Stock.IntrospectAsync(earlier.AccessToken)).Body.GetProperty("active").GetBoolean());
        var now = server.Clock.GetUtcNow();
        await using var database = server.OpenDatabase();
        switch (what)
        {
            case "the person is disabled":
                await database.Users.Where(person => person.Id == world.Ada.Id)
                    .ExecuteUpdateAsync(set => set.SetProperty(person => person.DisabledAt, now));
                break;
            case "the grant is revoked":
                await world.Shop.RevokeAsync(world.Tokens.RefreshToken);
                break;
            default:
                await database.Clients.Where(client => client.Id == world.Shop.Id)
                    .ExecuteUpdateAsync(set => set.SetProperty(client => client.DisabledAt, now));
                await database.RaiseClientsVersionAsync(CancellationToken.None);
                await server.ReloadAsync();
                break;
        }

        Assert.Equal("invalid_request", (await world.Orders.ExchangeAsync(world.Token)).Error);
        Assert.False((await world.Stock.IntrospectAsync(earlier.AccessToken)).Body.GetProperty("active").GetBoolean());
    }

    [Fact]
    [Spec("A23")]
    public async Task The_policy_of_the_one_who_exchanges_holds_too()
    {
        var world = await WorldAsync(shop => shop.SecondFactor = SecondFactorPolicy.None, withApp: false);
        Assert.Equal("invalid_request", (await world.Orders.ExchangeAsync(world.Token)).Error);
    }

    [Fact]
    public async Task A_token_that_a_machine_got_for_itself_is_exchanged_without_a_person()
    {
        var world = await WorldAsync();
        var caller = await server.RegisterAsync("robot", client =>
        {
            client.GrantTypes = [GrantTypes.ClientCredentials];
            client.Scopes = [world.OrdersScope, world.StockScope];
        });
        var token = (await caller.TokenAsync(("grant_type", "client_credentials"))).AccessToken;
        var exchanged = new JsonWebToken((await world.Orders.ExchangeAsync(token)).AccessToken);
        Assert.Equal(
            (caller.Id, world.Orders.Id),
            (exchanged.Subject, exchanged.GetPayloadValue<JsonElement>("act").GetProperty("sub").GetString()));
    }

    [Fact]
    [Spec("S105")]
    [Spec("A47")]
    public async Task A_bound_token_is_exchanged_only_for_one_that_is_bound_to_the_key_of_whoever_exchanges()
    {
        var (callers, own) = (new ClientKey("ES256"), new ClientKey("ES256"));
        var world = await WorldAsync(proofKey: callers);
        Assert.Equal("DPoP", world.Tokens.Text("token_type"));

        var naked = await world.Orders.ExchangeAsync(world.Token);
        Assert.Equal("invalid_request", naked.Error);
        Assert.Contains("bound to a key", naked.Text("error_description"), StringComparison.Ordinal);

        world.Orders.ProofKey = own;
        var exchanged = await world.Orders.ExchangeAsync(world.Token);
        Assert.Equal("DPoP", exchanged.Text("token_type"));
        Assert.Equal(
            own.Thumbprint, new JsonWebToken(exchanged.AccessToken).GetPayloadValue<JsonElement>("cnf").GetProperty("jkt").GetString());
    }

    [Fact]
    [Spec("S105")]
    [Spec("A47")]
    public async Task A_bound_actor_token_counts_only_with_its_key()
    {
        var world = await WorldAsync();
        world.Orders.ProofKey = new ClientKey("ES256");
        var own = (await world.Orders.TokenAsync(("grant_type", "client_credentials"))).AccessToken;
        (string, string?)[] actor = [("actor_token", own), ("actor_token_type", AccessTokenType)];
        Assert.Equal(HttpStatusCode.OK, (await world.Orders.ExchangeAsync(world.Token, actor)).Status);

        world.Orders.ProofKey = null;
        Assert.Equal("invalid_request", (await world.Orders.ExchangeAsync(world.Token, actor)).Error);
        world.Orders.ProofKey = new ClientKey("ES256");
        Assert.Equal("invalid_request", (await world.Orders.ExchangeAsync(world.Token, actor)).Error);
    }

    [Fact]
    [Spec("S110")]
    public async Task The_user_name_that_a_pairwise_application_hides_stays_hidden_after_an_exchange()
    {
        var world = await WorldAsync(client => client.Sector = "shop.example");
        var exchanged = await world.Orders.ExchangeAsync(world.Token);
        var seen = (await world.Stock.IntrospectAsync(exchanged.AccessToken)).Body;
        Assert.True(seen.GetProperty("active").GetBoolean());
        Assert.False(seen.TryGetProperty("username", out _));
    }

    /// <summary>A shop that calls an API for orders, which calls one for the stock.</summary>
    private async Task<World> WorldAsync(Action<ClientRegistration>? change = null, bool withApp = true, ClientKey? proofKey = null)
    {
        var number = Interlocked.Increment(ref _worlds);
        var (ordersId, stockId) = ($"https://api.example/orders/{number}", $"https://api.example/stock/{number}");
        var (ordersScope, stockScope) = ($"orders{number}", $"stock{number}");
        var stock = await server.RegisterAsync("stock", client => client.GrantTypes = [GrantTypes.ClientCredentials]);
        var orders = await server.RegisterAsync("orders", client =>
        {
            client.GrantTypes = [GrantTypes.ClientCredentials, GrantTypes.TokenExchange];
            client.Scopes = [stockScope];
            client.ExchangeTargets = [stockId];
        });
        await server.AddResourceAsync(ordersId, orders.Id, ordersScope);
        await server.AddResourceAsync(stockId, stock.Id, stockScope);
        var shop = await server.RegisterAsync("shop", client =>
        {
            client.Scopes = [.. client.Scopes, ordersScope, stockScope];
            change?.Invoke(client);
        });
        shop.ProofKey = proofKey;
        var ada = await server.AddPersonAsync("ada");
        ada = withApp ? await ada.WithAppAsync() : ada;
        var back = await shop.SignInAsync(server.OpenBrowser(), ada, ("scope", $"openid offline_access {ordersScope} {stockScope}"));
        return new World(shop, orders, stock, ada, ordersId, stockId, ordersScope, stockScope, await shop.RedeemAsync(back.Code));
    }

    /// <summary>A token of the shop for one of the two.</summary>
    private async Task<string?> OnlyForAsync(World world, string resource)
    {
        var back = await world.Shop.SignInAsync(
            server.OpenBrowser(), world.Ada, ("scope", $"openid {world.OrdersScope} {world.StockScope}"), ("resource", resource));
        return (await world.Shop.RedeemAsync(back.Code)).AccessToken;
    }

    private async Task AllowAsync(RelyingParty client, params string[] targets)
    {
        await using var database = server.OpenDatabase();
        var row = await database.Clients.SingleAsync(candidate => candidate.Id == client.Id);
        (row.GrantTypes, row.ExchangeTargets) = ([GrantTypes.ClientCredentials, GrantTypes.TokenExchange], [.. targets]);
        await database.SaveChangesAsync();
        await database.RaiseClientsVersionAsync(CancellationToken.None);
        await server.ReloadAsync();
    }

    private sealed record World(
        RelyingParty Shop, RelyingParty Orders, RelyingParty Stock, Customer Ada,
        string OrdersId, string StockId, string OrdersScope, string StockScope, TokenAnswer Tokens)
    {
        public string Token => Tokens.AccessToken!;
    }
}
