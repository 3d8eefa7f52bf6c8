using System.Net;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Factors;
using Sso.Server.Tests.Http;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Operations;

/// <summary>What strangers send and what happens every day is no error in the log; a failure is told once, by whoever met it.</summary>
public sealed class QuietLogTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    public async ValueTask InitializeAsync()
    {
        await server.ForgetAttemptsAsync();
        server.Log.Forget();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task An_insert_that_lost_its_race_writes_nothing()
    {
        var key = AttemptCounter.KeyOf("test", Guid.CreateVersion7().ToString());
        await using var database = server.OpenDatabase();
        var now = server.Clock.GetUtcNow();
        Assert.True(await database.TryInsertAsync(new AttemptCounter { Key = key, ExpiresAt = now.AddHours(1) }, CancellationToken.None));
        database.ChangeTracker.Clear();
        Assert.False(await database.TryInsertAsync(new AttemptCounter { Key = key, ExpiresAt = now.AddHours(1) }, CancellationToken.None));

        AssertQuiet();
    }

    [Fact]
    public async Task A_code_that_is_redeemed_twice_writes_no_stack_trace()
    {
        var shop = await server.RegisterAsync("shop");
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var code = (await shop.SignInAsync(server.OpenBrowser(), ada)).Code;
        await shop.RedeemAsync(code);
        server.Log.Forget();

        Assert.Equal("invalid_grant", (await shop.RedeemAsync(code)).Error);

        Assert.DoesNotContain(
            server.Log.Lines,
            line => line.StartsWith("Error", StringComparison.Ordinal)
                || line.Contains("   at ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData("CfDJ8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_made_up_antiforgery_value_is_refused_and_writes_nothing(string value)
    {
        var browser = server.OpenBrowser();
        await browser.GetAsync("/account");
        var page = await browser.GetAsync("/account");

        var refused = await browser.PostAsync(page.Url.PathAndQuery, [new(PageForm.AntiforgeryField, value)]);
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        browser.SetCookie("__Host-sso-antiforgery", "made-up");
        refused = await browser.PostAsync(page.Url.PathAndQuery, [new(PageForm.AntiforgeryField, PageForm.ValueIn(page))]);
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        // A page that is asked for with such a cookie replaces it.
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account")).Status);

        AssertQuiet();
    }

    [Fact]
    public async Task A_statement_that_fails_is_told_by_the_request_that_it_failed()
    {
        await using (var database = server.OpenDatabase())
        {
            await database.Database.ExecuteSqlRawAsync("ALTER TABLE \"KnownBrowsers\" RENAME TO \"Elsewhere\"");
        }

        try
        {
            var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
            var browser = server.OpenBrowser();
            var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), ada);
            page = await Journey.AppAsync(browser, page, ada);

            Assert.Equal(HttpStatusCode.ServiceUnavailable, page.Status);
            Assert.Contains(
                server.Log.Lines,
                line => line.StartsWith("Error", StringComparison.Ordinal)
                    && line.Contains("The database failed during", StringComparison.Ordinal)
                    && line.Contains("KnownBrowsers", StringComparison.Ordinal));
        }
        finally
        {
            await using var database = server.OpenDatabase();
            await database.Database.ExecuteSqlRawAsync("ALTER TABLE \"Elsewhere\" RENAME TO \"KnownBrowsers\"");
        }
    }

    private void AssertQuiet() => Assert.DoesNotContain(
        server.Log.Lines,
        line => line.StartsWith("Warning", StringComparison.Ordinal) || line.StartsWith("Error", StringComparison.Ordinal)
            || line.StartsWith("Critical", StringComparison.Ordinal));
}
