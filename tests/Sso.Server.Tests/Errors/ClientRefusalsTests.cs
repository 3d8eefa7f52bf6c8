using System.Net;
using Sso.Server.Tests.Commands;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Errors;

/// <summary>What an application is not told, an operator reads with <c>sso client refusals</c>.</summary>
[OneDatabase]
public sealed class ClientRefusalsTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("it", "Non possiamo tornare all’applicazione")]
    [InlineData("en", "We cannot go back to the application")]
    [Spec("BA30")]
    public async Task The_visitor_of_a_wrong_redirect_uri_sees_a_calm_page_that_repeats_nothing_of_the_request(
        string language, string title)
    {
        var shop = await server.RegisterAsync("shop");
        var browser = server.OpenBrowser();
        browser.AcceptLanguage = language;

        var page = await browser.GetAsync(shop.AuthorizeUrl(("redirect_uri", "https://evil.example/x"), ("login_hint", "marked-hint")));

        Assert.Equal((HttpStatusCode.BadRequest, title), (page.Status, page.Document.QuerySelector("h1")!.TextContent));
        Assert.DoesNotContain("evil.example", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("marked-hint", page.Text + page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_operator_sees_what_was_sent_and_what_is_registered_and_nothing_else_of_the_request()
    {
        var shop = await server.RegisterAsync("shop");
        await server.OpenBrowser()
            .GetAsync(shop.AuthorizeUrl(("redirect_uri", shop.RedirectUri + "/"), ("state", "marked-state"), ("nonce", "marked-nonce")));
        await shop.PushAsync(("redirect_uri", shop.RedirectUri[..^1] + "c"));
        await shop.RedeemAsync("x");

        // The command line has the real clock, and the server's stands still in the past or the future.
        var listed = await CommandLine.RunOnAsync(
            [
                $"--Database:Provider={server.Database.Provider}", $"--Database:ConnectionString={server.Database.ConnectionString}",
                $"--Secrets:PassphraseFile={Path.Combine(server.Database.Folder, "passphrase")}", $"--Sso:Issuer={SsoServer.Issuer}",
            ],
            "",
            "client", "refusals", shop.Id, "--hours", "8784", "--json");

        Assert.True(listed.Code == 0, listed.Error);
        var found = listed.Json.EnumerateArray().Select(
            item => (item.GetProperty("kind").GetString(),
                item.GetProperty("detail").GetString(), item.GetProperty("reason").GetString())).ToList();
        Assert.Contains(("redirect-uri-refused", "https://shop.example/callback»/", "https://shop.example/callback»"), found);
        Assert.Contains(("redirect-uri-refused", "https://shop.example/callbac»c", "https://shop.example/callbac»k"), found);
        Assert.Contains(found, item => item.Item1 == "grant-refused");
        Assert.DoesNotContain("marked", listed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_fills_the_record_by_asking()
    {
        var shop = await server.RegisterAsync("shop");
        for (var count = 0; count < 15; count++)
        {
            await server.OpenBrowser().GetAsync(shop.AuthorizeUrl(("redirect_uri", $"https://evil.example/{count}")));
        }

        await using var database = server.OpenDatabase();
        Assert.Equal(10, database.SecurityEvents.Count(item => item.ClientId == shop.Id));
    }
}
