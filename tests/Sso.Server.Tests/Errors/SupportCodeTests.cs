using System.Net;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Operations;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Errors;

/// <summary>The code that a visitor tells support is the one under which the log and the record have what happened.</summary>
public sealed class SupportCodeTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_refused_redirect_uri_is_found_by_it_in_log_and_record()
    {
        var shop = await server.RegisterAsync("shop");

        var page = await server.OpenBrowser().GetAsync(shop.AuthorizeUrl(("redirect_uri", "https://evil.example/x")));

        var code = CodeOn(page);
        await using var database = server.OpenDatabase();
        var refusal = await database.SecurityEvents.SingleAsync(row => row.RequestId == code);
        Assert.Equal((SecurityEventKind.RedirectUriRefused, shop.Id), (refusal.Kind, refusal.ClientId));
        var line = Assert.Single(server.Log.LinesOf(code!), line => line.Contains("page of an error", StringComparison.Ordinal));
        Assert.Contains("WrongRedirectUri", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/connect/authorize?client_id=nobody", "UnknownClient")]
    [InlineData("/connect/authorize/continue?flow=x", "ExpiredFlow")]
    [InlineData("/connect/logout?state=a&state=b", "MalformedRequest")]
    public async Task Whatever_else_ends_on_the_page_is_found_by_it_in_the_log(string address, string about)
    {
        var page = await server.OpenBrowser().GetAsync(address);

        Assert.Equal(("/error", about), (page.Path, page.Parameter("about")));
        Assert.Contains(server.Log.LinesOf(CodeOn(page)!), line => line.Contains(about, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_form_of_another_browser_is_found_by_it()
    {
        var (one, other) = (server.OpenBrowser(), server.OpenBrowser());
        var page = await one.GetAsync("/password/forgot");

        page = await other.SubmitAsync(page, ("Input.UserName", "ada"));

        Assert.Equal(("/error", "StaleForm"), (page.Path, page.Parameter("about")));
        Assert.Contains(server.Log.LinesOf(CodeOn(page)!), line => line.Contains("StaleForm", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/error?about=ExpiredFlow")]
    [InlineData("/error?about=ExpiredFlow&request=call-0800-123456")]
    [InlineData("/error?about=ExpiredFlow&request=0HNCT3V1K5J5R:00000001x")]
    [InlineData("/nowhere")]
    public async Task Where_nothing_was_recorded_none_is_shown_and_no_words_of_a_stranger(string address)
    {
        var page = await server.OpenBrowser().GetAsync(address);

        Assert.True(page.Status is HttpStatusCode.BadRequest or HttpStatusCode.NotFound, $"{page.Status}");
        Assert.Null(CodeOn(page));
        Assert.DoesNotContain("0800", page.Document.Body!.TextContent, StringComparison.Ordinal);
    }

    private static string? CodeOn(Page page) => page.Document.QuerySelector("#error-id")?.TextContent;
}
