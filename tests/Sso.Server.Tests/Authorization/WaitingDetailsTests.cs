using Microsoft.EntityFrameworkCore;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Authorization;

/// <summary>Authorization in detail where no browser asks: devices and the back channel.</summary>
[Spec("RFC 9396", "3")]
[OneDatabase]
public sealed class WaitingDetailsTests(ServerWithPayments fixture) : IClassFixture<ServerWithPayments>, IAsyncLifetime
{
    private const string Type = "https://api.example/payment";
    private const string Details = $$"""[{"type":"{{Type}}","actions":["initiate"],"amount":"10 EUR"}]""";

    private readonly SsoServer server = fixture.Server;

    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    [Spec("RFC 9396", "4")]
    [Spec("RFC 9396", "7")]
    public async Task What_a_device_asks_in_detail_is_shown_at_its_page_and_stands_in_its_token()
    {
        var tv = await server.RegisterAsync("tv", client =>
        {
            client.AuthenticationMethod = ClientAuthenticationMethod.None;
            (client.RedirectUris, client.GrantTypes, client.AuthorizationDetailTypes) = ([], [GrantTypes.DeviceCode], [Type]);
        });
        var asked = await tv.AskDeviceAsync(("authorization_details", Details));
        var browser = server.OpenBrowser();
        var page = await browser.SubmitAsync(await browser.GetAsync("/device"), ("Input.UserCode", asked.Text("user_code")!));
        page = await SignInAsync(browser, page);
        Assert.Equal("/device/confirm", page.Path);
        AssertShown(page);
        await browser.SubmitAsync(page);

        var tokens = await tv.PollAsync(asked);
        Assert.Equal(Details, tokens.Body.GetProperty("authorization_details").GetRawText());
    }

    [Fact]
    [Spec("RFC 9396", "4")]
    [Spec("RFC 9396", "7")]
    public async Task What_is_asked_in_detail_by_the_back_channel_is_shown_at_the_answer_and_stands_in_the_token()
    {
        var bank = await BankAsync();
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var asked = await bank.AskPersonAsync(ada.UserName, ("authorization_details", Details));
        var browser = server.OpenBrowser();
        await Journey.SignInAsync(browser, ada, "/account");
        await using var database = server.OpenDatabase();
        var id = (await database.WaitingRequests.Where(row => row.PersonId == ada.Id).Select(row => row.Id).SingleAsync()).ToString("N");
        var page = await browser.SubmitAsync(await browser.GetAsync("/account/requests"), ("id", id));
        Assert.Equal("/account/requests/answer", page.Path);
        AssertShown(page);
        await browser.SubmitAsync(page);

        var tokens = await bank.PollPersonAsync(asked);
        Assert.Equal(Details, tokens.Body.GetProperty("authorization_details").GetRawText());
        Assert.Equal(Details, (await bank.IntrospectAsync(tokens.AccessToken)).Body.GetProperty("authorization_details").GetRawText());
    }

    [Theory]
    [Spec("RFC 9396", "5")]
    [Spec("A23")]
    [InlineData("/connect/device")]
    [InlineData("/connect/ciba")]
    public async Task What_does_not_fit_the_type_or_the_client_is_refused(string path)
    {
        var (bank, other) = (await BankAsync(), await BankAsync(type: null));
        const string unfit = $$"""[{"type":"{{Type}}"}]""";
        foreach (var (client, details) in new[] { (bank, unfit), (bank, "no json"), (other, Details) })
        {
            var refused = await client.PostAsync(path, ("scope", "openid"), ("login_hint", "ada"), ("authorization_details", details));
            Assert.Equal("invalid_authorization_details", refused.Error);
        }
    }

    [Theory]
    [Spec("RFC 9396", "6")]
    [InlineData(GrantTypes.ClientCredentials)]
    [InlineData(GrantTypes.RefreshToken)]
    [InlineData(GrantTypes.TokenExchange)]
    public async Task A_token_request_with_details_is_refused_and_not_answered_as_if_they_were_granted(string grantType)
    {
        var bank = await BankAsync();
        Assert.Equal(
            "invalid_authorization_details", (await bank.TokenAsync(("grant_type", grantType), ("authorization_details", Details))).Error);
    }

    private static void AssertShown(Page page)
    {
        Assert.Contains("fare un pagamento", page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("amount: 10 EUR", page.Document.Body.TextContent, StringComparison.Ordinal);
    }

    private async Task<Page> SignInAsync(Browser browser, Page page)
    {
        var bo = await (await server.AddPersonAsync("bo")).WithAppAsync();
        return await Journey.AppAsync(browser, await Journey.PasswordAsync(browser, page, bo), bo);
    }

    private Task<RelyingParty> BankAsync(string? type = Type) => server.RegisterAsync("bank", client =>
    {
        client.GrantTypes =
            [.. client.GrantTypes, GrantTypes.Ciba, GrantTypes.DeviceCode, GrantTypes.ClientCredentials, GrantTypes.TokenExchange];
        client.AuthorizationDetailTypes = type is null ? [] : [type];
    });
}
