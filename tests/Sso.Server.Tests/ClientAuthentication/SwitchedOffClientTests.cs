using System.Diagnostics;
using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.IdentityModel.JsonWebTokens;
using Sso.Admin.Clients;
using Sso.Data.Clients;
using Sso.Data.Operations;
using Sso.Protocol;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.ClientAuthentication;

/// <summary>An operator switches a client off and on again.</summary>
public sealed class SwitchedOffClientTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    public async Task It_is_unknown_at_every_endpoint_on_every_node_within_a_second()
    {
        await using var second = await server.StartSecondNodeAsync();
        var shop = await server.RegisterAsync("shop", All);
        await second.ReloadAsync();
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = second.OpenBrowser();
        var answered = await shop.On(second).SignInAsync(browser, ada);
        await SwitchAsync(shop, isOn: false);
        await server.PassAsync(TimeSpan.FromSeconds(1));
        foreach (var node in (SsoServer[])[server, second])
        {
            await server.ForgetAttemptsAsync();
            var there = shop.On(node);
            Assert.Equal("/error", (await node.OpenBrowser().GetAsync(there.AuthorizeUrl())).Path);
            Assert.Equal("invalid_client", (await there.RedeemAsync(answered.Code)).Error);
            Assert.Equal("invalid_client", (await there.TokenAsync(("grant_type", GrantTypes.ClientCredentials))).Error);
            Assert.Equal("invalid_client", (await there.PushAsync()).Error);
            Assert.Equal("invalid_client", (await there.AskDeviceAsync()).Error);
            Assert.Equal("invalid_client", (await there.AskPersonAsync(ada.UserName)).Error);
            Assert.Equal("invalid_client", (await there.IntrospectAsync("x")).Error);
            Assert.Equal("invalid_client", (await there.RevokeAsync("x")).Error);
        }
    }

    [Fact]
    public async Task What_it_was_given_counts_no_more_also_after_it_is_switched_on_again()
    {
        var (shop, api) =
            (await server.RegisterAsync("shop", client => client.Scopes = [.. client.Scopes, "orders"]), await server.RegisterAsync("api"));
        var resource = $"https://api.example/{Guid.CreateVersion7():N}";
        await server.AddResourceAsync(resource, api.Id, "orders");
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(browser, ada, ("scope", "openid offline_access orders"))).Code);
        Assert.True((await api.IntrospectAsync(tokens.AccessToken)).Body.GetProperty("active").GetBoolean());

        await SwitchAsync(shop, isOn: false);
        Assert.False((await api.IntrospectAsync(tokens.AccessToken)).Body.GetProperty("active").GetBoolean());
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.UserInfoAsync(tokens.AccessToken)).Status);
        Assert.Equal("invalid_client", (await shop.RefreshAsync(tokens.RefreshToken)).Error);

        await SwitchAsync(shop, isOn: true);
        Assert.False((await api.IntrospectAsync(tokens.AccessToken)).Body.GetProperty("active").GetBoolean());
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.UserInfoAsync(tokens.AccessToken)).Status);
        Assert.Equal("invalid_grant", (await shop.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal(HttpStatusCode.OK, (await shop.RedeemAsync((await browser.GetAsync(shop.AuthorizeUrl())).Code)).Status);
    }

    [Fact]
    [Spec("RFC 8693", "2.2")]
    public async Task A_token_that_an_api_got_in_exchange_ends_with_the_client_it_began_with()
    {
        var stock = await server.RegisterAsync("stock");
        var targets = (Orders: $"https://api.example/{Guid.CreateVersion7():N}", Stock: $"https://api.example/{Guid.CreateVersion7():N}");
        var orders = await server.RegisterAsync("orders", client =>
            (client.GrantTypes, client.Scopes, client.ExchangeTargets) =
                ([GrantTypes.ClientCredentials, GrantTypes.TokenExchange], ["stock"], [targets.Stock]));
        await server.AddResourceAsync(targets.Orders, orders.Id, "orders");
        await server.AddResourceAsync(targets.Stock, stock.Id, "stock");
        var shop = await server.RegisterAsync("shop", client => client.Scopes = [.. client.Scopes, "orders", "stock"]);
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(server.OpenBrowser(), ada, ("scope", "openid orders stock"))).Code);
        var exchanged = await orders.ExchangeAsync(tokens.AccessToken, ("resource", targets.Stock));
        Assert.True((await stock.IntrospectAsync(exchanged.AccessToken)).Body.GetProperty("active").GetBoolean());

        await SwitchAsync(shop, isOn: false);

        Assert.False((await stock.IntrospectAsync(exchanged.AccessToken)).Body.GetProperty("active").GetBoolean());
    }

    [Theory]
    [InlineData("query")]
    [InlineData("jwt")]
    [InlineData("form_post.jwt")]
    public async Task Switched_off_while_its_request_is_answered_it_gets_a_last_answer_that_is_worth_nothing(string mode)
    {
        var (shop, ada) = (await server.RegisterAsync("shop"), await (await server.AddPersonAsync("ada")).WithAppAsync());
        var browser = server.OpenBrowser();
        await shop.SignInAsync(browser, ada);
        Page answer;
        // The session is read when the client was found, and before the answer is written.
        using (var hook = new Once(server.Database.Name, "Sessions", async () =>
        {
            await SwitchAsync(shop, isOn: false);
            await server.ReloadAsync();
        }).Listen())
        {
            answer = await browser.GetAsync(shop.AuthorizeUrl(("response_mode", mode)));
            Assert.True(hook.HasRun);
        }

        Assert.NotEqual(HttpStatusCode.InternalServerError, answer.Status);
        var signed = answer.Parameter("response") ?? answer.Document.QuerySelector("[name=response]")?.GetAttribute("value");
        Assert.Equal(mode != "query", signed is not null);
        var code = signed is null ? answer.Code : new JsonWebToken(signed).GetClaim("code").Value;
        Assert.Equal("invalid_client", (await shop.RedeemAsync(code)).Error);
    }

    [Fact]
    public async Task Each_switch_is_an_event_and_switching_twice_is_none()
    {
        var shop = await server.RegisterAsync("shop");
        foreach (var isOn in (bool[])[true, false, false, true, true])
        {
            await SwitchAsync(shop, isOn);
        }

        await using var database = server.OpenDatabase();
        var events = await database.SecurityEvents.Where(item => item.ClientId == shop.Id && item.Kind == SecurityEventKind.ClientChanged)
            .Select(item => item.Detail).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["disabled", "enabled"], events.Order(StringComparer.Ordinal));
    }

    private static void All(ClientRegistration client)
    {
        client.GrantTypes = [.. client.GrantTypes, GrantTypes.ClientCredentials, GrantTypes.DeviceCode, GrantTypes.Ciba];
        client.Scopes = [.. client.Scopes, "api"];
    }

    private async Task SwitchAsync(RelyingParty client, bool isOn)
    {
        await using var database = server.OpenDatabase();
        var clients = new SwitchClient(database, server.Clock);
        var outcome = isOn
            ? await clients.EnableAsync(client.Id, CancellationToken.None)
            : await clients.DisableAsync(client.Id, CancellationToken.None);
        Assert.False(outcome.Failed(out _, out var view));
        Assert.Equal(isOn, view!.DisabledAt is null);
        await server.ReloadAsync();
    }

    /// <summary>Does something before the first command to one database that names a table.</summary>
    private sealed class Once(string database, string table, Func<Task> act)
        : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
    {
        private readonly List<IDisposable> _subscriptions = [];
        private int _runs;

        public bool HasRun => _runs > 0;

        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == DbLoggerCategory.Name)
            {
                _subscriptions.Add(value.Subscribe(this, name => name == RelationalEventId.CommandExecuting.Name));
            }
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value.Key == RelationalEventId.CommandExecuting.Name
                && value.Value is CommandEventData { Command: { Connection: { } connection, CommandText: var text } }
                && connection.ConnectionString.Contains(database, StringComparison.Ordinal)
                && text.Contains(table, StringComparison.Ordinal)
                && Interlocked.Increment(ref _runs) == 1)
            {
                act().GetAwaiter().GetResult();
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }

        public Once Listen()
        {
            _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
            return this;
        }

        public void Dispose() => _subscriptions.ForEach(subscription => subscription.Dispose());
    }
}
