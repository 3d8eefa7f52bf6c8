using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.IdentityModel.JsonWebTokens;
using Sso.Server.Authorization;
using Sso.Settings;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Authorization;

/// <summary>A server whose operator described payments.</summary>
public sealed class ServerWithPayments : IAsyncLifetime
{
    public SsoServer Server { get; } = new()
    {
        Settings =
        {
            "--AuthorizationTypes:0:Type=https://api.example/payment",
            "--AuthorizationTypes:0:English=make a payment", "--AuthorizationTypes:0:Italian=fare un pagamento",
            "--AuthorizationTypes:0:Fields:amount=string!",
            "--AuthorizationTypes:0:Fields:creditorName=string", "--AuthorizationTypes:0:Actions:0=initiate",
        },
    };

    public ValueTask InitializeAsync() => Server.InitializeAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

[Spec("RFC 9396", "7")]
[OneDatabase]
public sealed class AuthorizationDetailsTests(ServerWithPayments fixture) : IClassFixture<ServerWithPayments>
{
    private const string Type = "https://api.example/payment";
    private readonly SsoServer server = fixture.Server;

    [Fact]
    [Spec("RFC 9396", "9.1")]
    [Spec("RFC 9396", "9.2")]
    public async Task What_was_allowed_stands_in_token_response_access_token_introspection_and_after_a_refresh()
    {
        var (shop, ada) = await ShopAndAdaAsync();
        var details = Details("10 EUR");
        var back = await shop.SignInAsync(
            server.OpenBrowser(), ada, ("scope", "openid offline_access"), ("authorization_details", details));
        var tokens = await shop.RedeemAsync(back.Code);
        Assert.Equal(details, tokens.Body.GetProperty("authorization_details").GetRawText());
        Assert.Equal(details, Claim(tokens));
        Assert.Equal(details, (await shop.IntrospectAsync(tokens.AccessToken)).Body.GetProperty("authorization_details").GetRawText());
        var again = await shop.RefreshAsync(tokens.RefreshToken);
        Assert.Equal(details, Claim(again));
        Assert.Equal(details, again.Body.GetProperty("authorization_details").GetRawText());
    }

    [Fact]
    [Spec("RFC 9396", "4")]
    public async Task Whatever_the_client_the_person_reads_all_that_is_asked_in_words_and_each_time_anew()
    {
        var (shop, ada) = await ShopAndAdaAsync();
        var browser = server.OpenBrowser();
        var page = await browser.GetAsync(shop.AuthorizeUrl(("authorization_details", Details("<b>10</b> EUR"))));
        page = await Journey.AppAsync(browser, await Journey.PasswordAsync(browser, page, ada), ada);
        Assert.Equal("/consent", page.Path);
        Assert.Contains("fare un pagamento", page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("amount: <b>10</b> EUR", page.Document.Body.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>10", page.Text, StringComparison.Ordinal);
        page = await browser.SubmitAsync(page);
        Assert.NotNull((await shop.RedeemAsync(page.Code)).AccessToken);

        var hidden = new string('x', 300) + " 9000 EUR";
        page = await browser.GetAsync(shop.AuthorizeUrl(("authorization_details", Details(hidden))));
        Assert.Equal("/consent", page.Path);
        Assert.Contains(hidden, page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(
            "consent_required",
            (await browser.GetAsync(shop.AuthorizeUrl(("authorization_details", Details("1 EUR")), ("prompt", "none")))).Error);
        Assert.NotNull((await browser.GetAsync(shop.AuthorizeUrl(("prompt", "none")))).Code);
    }

    [Fact]
    [Spec("RFC 9396", "5")]
    public async Task What_does_not_fit_the_type_or_the_client_is_refused_also_when_pushed()
    {
        var (shop, _) = await ShopAndAdaAsync();
        var other = await server.RegisterAsync("other");
        const string unfit = $$"""[{"type":"{{Type}}"}]""";
        Assert.Equal("invalid_authorization_details", (await shop.PushAsync(("authorization_details", unfit))).Error);
        Assert.Equal("invalid_authorization_details", (await other.PushAsync(("authorization_details", Details("1 EUR")))).Error);
        Assert.Equal(
            "invalid_authorization_details",
            (await server.OpenBrowser().GetAsync(shop.AuthorizeUrl(("authorization_details", unfit)))).Error);
    }

    [Fact]
    [Spec("RFC 9396", "10")]
    public async Task Discovery_lists_the_types_where_there_are_any()
    {
        using var client = server.Backchannel();
        var document = JsonDocument.Parse(await client.GetStringAsync("/.well-known/openid-configuration")).RootElement;
        Assert.Equal(Type, document.GetProperty("authorization_details_types_supported")[0].GetString());
        await using var plain = await server.StartSecondNodeAsync();
        using var there = plain.Backchannel();
        Assert.DoesNotContain(
            "authorization_details_types_supported",
            await there.GetStringAsync("/.well-known/openid-configuration"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AuthorizationTypes:0:Type must", "English", "pay")]
    [InlineData("AuthorizationTypes:0:English is missing", "Type", "payment")]
    [InlineData("AuthorizationTypes:0:Italian is missing", "English", "pay")]
    public void A_wrong_entry_is_named(string problem, string key, string value)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new($"AuthorizationTypes:0:{key}", value)]).Build();
        Assert.Contains(
            configuration.FlawsOf("", new AuthorizationTypeRules()), flaw => flaw.StartsWith(problem, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("amount", "money", "must be string, number, boolean, object or array")]
    [InlineData("actions", "array", "has a meaning of its own")]
    public void A_wrong_field_is_named(string field, string kind, string problem)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("AuthorizationTypes:0:Type", "payment"), new("AuthorizationTypes:0:English", "pay"),
            new("AuthorizationTypes:0:Italian", "pagare"),
            new($"AuthorizationTypes:0:Fields:{field}", kind),
        ]).Build();
        var flaw = Assert.Single(configuration.FlawsOf("", new AuthorizationTypeRules()));
        Assert.StartsWith($"AuthorizationTypes:0:Fields:{field} {problem}", flaw, StringComparison.Ordinal);
    }

    private static string Details(string amount) =>
        JsonSerializer.Serialize(
            new[] { new Dictionary<string, object> { ["type"] = Type, ["actions"] = (string[])["initiate"], ["amount"] = amount } });

    private static string Claim(TokenAnswer tokens) =>
        JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(new JsonWebToken(tokens.AccessToken).EncodedPayload)).RootElement
            .GetProperty("authorization_details").GetRawText();

    private async Task<(RelyingParty Shop, Customer Ada)> ShopAndAdaAsync()
    {
        var shop = await server.RegisterAsync("shop", client => client.AuthorizationDetailTypes = [Type]);
        await server.PassAsync(TimeSpan.FromSeconds(1));
        return (shop, await (await server.AddPersonAsync("ada")).WithAppAsync());
    }
}
