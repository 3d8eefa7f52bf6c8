using System.Text.Json;
using Sso.Testing;
using Xunit;

namespace Sso.Interop.Tests;

/// <summary>An API that goes on to the API behind it, on two libraries of others (RFC 8693).</summary>
[Spec("RFC 8693", "2")]
public sealed class ExchangeTests(SsoProcess sso) : IClassFixture<SsoProcess>
{
    private const string OrdersId = "https://api.example/orders";
    private const string StockId = "https://api.example/stock";

    [Fact]
    public async Task An_api_exchanges_the_token_it_was_called_with_and_the_next_one_sees_who_acts()
    {
        var stock = await sso.AddClientAsync("stock-api", "--name", "Stock", "--type", "machine", "--scope", "stock.audit");
        await sso.RunAsync("", "resource", "add", StockId, "--name", "Stock", "--scope", "stock.read", "--client", "stock-api");
        var orders = await sso.AddClientAsync(
            "orders-api", "--name", "Orders", "--type", "machine", "--scope", "orders.audit", "--exchange-for", StockId);
        await sso.RunAsync("", "resource", "add", OrdersId, "--name", "Orders", "--scope", "orders.read", "--client", "orders-api");
        var robot = await sso.AddClientAsync("robot", "--name", "Robot", "--type", "machine", "--scope", "orders.read stock.read");

        var seen = await NodeScript.RunAsync("exchange.mjs", new Dictionary<string, string>
        {
            ["ISSUER"] = sso.Issuer,
            ["ROBOT_SECRET"] = Secret(robot),
            ["ORDERS_SECRET"] = Secret(orders),
            ["STOCK_SECRET"] = Secret(stock),
            ["STOCK_ID"] = StockId,
        });

        Assert.True(seen.GetProperty("active").GetBoolean());
        Assert.All(seen.GetProperty("audience").EnumerateArray(), audience => Assert.Equal(StockId, audience.GetString()));
        Assert.Equal(("orders-api", "robot"), (seen.GetProperty("actor").GetString(), seen.GetProperty("subject").GetString()));
        Assert.Equal("invalid_request", seen.GetProperty("refusal").GetString());
    }

    private static string Secret(JsonElement client) => client.GetProperty("client_secret").GetString()!;
}
