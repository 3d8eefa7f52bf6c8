using System.Net;
using Sso.Data.Factors;
using Sso.Protocol.Clients;
using Sso.Server.Tests.Registration;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Http;

/// <summary>Whoever waits for as long as a refusal says is taken; whoever comes before that is not.</summary>
[Spec("RFC 6585", "4")]
[Spec("RFC 9110", "10.2.3")]
[OneDatabase]
public sealed class RetryAfterTests(OpenRegistration open) : IClassFixture<OpenRegistration>, IAsyncLifetime
{
    private SsoServer Server => open.Server;

    public ValueTask InitializeAsync() => Server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    [Spec("S120")]
    public async Task A_registration_that_was_changed_too_often_may_be_changed_again_when_the_hour_is_over_and_not_after_a_minute()
    {
        var registered = await open.RegisterAsync(OpenRegistration.Metadata());
        var (url, token, id) =
            (registered.Text("registration_client_uri")!, registered.Text("registration_access_token"), registered.Text("client_id"));
        Task<JsonAnswer> ChangeAsync() => open.SendAsync(HttpMethod.Put, url, token, OpenRegistration.Metadata(("client_id", id)));
        for (var change = 0; change < 10; change++)
        {
            await ChangeAsync();
        }

        var refused = await ChangeAsync();
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.Contains("Retry-After: 3600", refused.Headers, StringComparison.Ordinal);
        Assert.Contains("Wait 3600 seconds", refused.Text("error_description"), StringComparison.Ordinal);
        await Server.PassAsync(TimeSpan.FromMinutes(50));
        Assert.Contains("Retry-After: 600", (await ChangeAsync()).Headers, StringComparison.Ordinal);
        await Server.PassAsync(TimeSpan.FromSeconds(600));
        Assert.Equal(HttpStatusCode.OK, (await ChangeAsync()).Status);
    }

    [Fact]
    public async Task Of_two_limits_that_are_full_the_longer_one_is_told()
    {
        await using var database = Server.OpenDatabase();
        AttemptLimit[] limits =
        [
            new(AttemptCounter.KeyOf("test", "short"), 1, TimeSpan.FromMinutes(10)),
            new(AttemptCounter.KeyOf("test", "long"), 1, TimeSpan.FromHours(1))
        ];

        Assert.Null(await database.TryReserveAsync(limits, Server.Clock.GetUtcNow(), CancellationToken.None));
        Assert.Equal(TimeSpan.FromHours(1), await database.TryReserveAsync(limits, Server.Clock.GetUtcNow(), CancellationToken.None));
    }

    [Fact]
    [Spec("RFC 6749", "2.3")]
    public async Task A_client_that_failed_too_often_is_told_the_rest_of_its_minute()
    {
        var shop = await Server.RegisterAsync("shop", client => client.AuthenticationMethod = ClientAuthenticationMethod.ClientSecretPost);
        for (var guess = 0; guess < 10; guess++)
        {
            await GuessAsync(shop);
        }

        await Server.PassAsync(TimeSpan.FromSeconds(20));
        var refused = await GuessAsync(shop);
        Assert.Equal((HttpStatusCode.TooManyRequests, "40"), (refused.Status, refused.Headers!.RetryAfter?.ToString()));
    }

    [Fact]
    public async Task A_name_that_is_closed_is_not_promised_to_open_by_waiting_and_a_new_password_opens_it()
    {
        var ada = await Server.AddPersonAsync("ada");
        var key = AttemptCounter.KeyOf("password", ada.UserName.ToUpperInvariant());
        await using (var database = Server.OpenDatabase())
        {
            for (var failure = 0; failure < 50; failure++)
            {
                Assert.Null(
                    await database.TryReserveWithBackoffAsync(key, Server.Clock.GetUtcNow().AddHours(failure), CancellationToken.None));
            }
        }

        var browser = Server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), ada);

        Assert.Equal((HttpStatusCode.TooManyRequests, "/signin/blocked"), (page.Status, page.Path));
        Assert.False(page.Headers.ContainsKey("Retry-After"));
        Assert.Contains("non si riapre da solo", page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.StartsWith("/password/forgot", page.Document.QuerySelector("main a.button")!.GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pause_is_told_in_whole_seconds_by_page_and_header_alike()
    {
        var page = await Server.OpenBrowser().GetAsync("/signin/blocked?for=90");
        Assert.Equal("90", page.Headers["Retry-After"]);
        Assert.Contains("2 minuti", page.Document.Body!.TextContent, StringComparison.Ordinal);
    }

    /// <summary>With a wrong secret.</summary>
    private static Task<TokenAnswer> GuessAsync(RelyingParty shop) =>
        shop.TokenAsync(("grant_type", "client_credentials"), ("client_secret", "guessed"));
}
