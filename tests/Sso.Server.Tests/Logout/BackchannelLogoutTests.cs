using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sso.Admin.Logouts;
using Sso.Data.Logout;
using Sso.Server.Logout;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Server.Tests.Logout;

[Spec("Back-Channel Logout", "2.5")]
public sealed class BackchannelLogoutTests(SsoServerWithPeer fixture) : IClassFixture<SsoServerWithPeer>
{
    private readonly SsoServer _server = fixture.Server;
    private readonly Peer _peer = fixture.Peer;
    private readonly string _path = $"/logout-{Guid.CreateVersion7():N}";

    [Fact]
    [Spec("BL01")]
    public async Task The_metadata_say_that_it_is_offered_with_sessions()
    {
        using var client = _server.Backchannel();
        using var metadata = JsonDocument.Parse(await client.GetStringAsync("/.well-known/openid-configuration"));
        Assert.True(metadata.RootElement.GetProperty("backchannel_logout_supported").GetBoolean());
        Assert.True(metadata.RootElement.GetProperty("backchannel_logout_session_supported").GetBoolean());
        Assert.StartsWith("https://", metadata.RootElement.GetProperty("end_session_endpoint").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    [Spec("BL02")]
    [Spec("S102")]
    public async Task The_application_of_the_session_gets_one_logout_token()
    {
        const string goBack = "https://shop.example/signed-out";
        Answers(HttpStatusCode.OK);
        var shop = await _server.RegisterAsync("shop", client =>
            (client.BackchannelLogoutUri, client.BackchannelLogoutSessionRequired) = (_peer.At(_path).ToString(), true));
        var browser = _server.OpenBrowser();
        var tokens = await shop.RedeemAsync(
            (await shop.SignInAsync(browser, await (await _server.AddPersonAsync("ada")).WithAppAsync())).Code);
        var back = await browser.GetAsync(QueryHelpers.AddQueryString(
            LogoutUrl(tokens), new Dictionary<string, string?> { ["post_logout_redirect_uri"] = goBack, ["state"] = "s1" }));
        Assert.Equal(goBack + "?state=s1", back.Url.ToString());
        Assert.Equal("login_required", (await browser.GetAsync(shop.AuthorizeUrl(("prompt", "none")))).Error);
        await SentAsync();
        var post = Assert.Single(Posts());
        Assert.Equal(["logout_token"], QueryHelpers.ParseQuery(post.Body).Keys);
        var token = Token(post);
        Assert.InRange(_server.Clock.GetUtcNow().UtcDateTime - token.IssuedAt, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.Equal("logout+jwt", token.Typ);
        Assert.Equal(SsoServer.Issuer, token.Issuer);
        Assert.Equal(tokens.IdToken.Audiences, token.Audiences);
        Assert.Equal(tokens.IdToken.Subject, token.Subject);
        Assert.Equal(tokens.IdToken.GetClaim("sid").Value, token.GetClaim("sid").Value);
        Assert.Equal("""{"http://schemas.openid.net/event/backchannel-logout":{}}""", token.GetClaim("events").Value);
        Assert.NotEmpty(token.Id);
        Assert.InRange(token.ValidTo - token.IssuedAt, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2));
        Assert.False(token.TryGetClaim("nonce", out _));
        using var client = _server.Backchannel();
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(token.EncodedToken, new TokenValidationParameters
        {
            TryAllIssuerSigningKeys = false,
            IssuerSigningKeys = new JsonWebKeySet(await client.GetStringAsync("/.well-known/jwks")).GetSigningKeys(),
            ValidIssuer = SsoServer.Issuer,
            ValidateAudience = false,
            ValidateLifetime = false,
        });
        Assert.True(result.IsValid);
    }

    [Fact]
    [Spec("S102")]
    public async Task An_end_from_another_browser_is_told_at_once_too()
    {
        Answers(HttpStatusCode.OK);
        var shop = await _server.RegisterAsync("shop", client => client.BackchannelLogoutUri = _peer.At(_path).ToString());
        var ada = await (await _server.AddPersonAsync("ada")).WithAppAsync();
        await shop.RedeemAsync((await shop.SignInAsync(_server.OpenBrowser(), ada)).Code);
        var other = _server.OpenBrowser();
        await Journey.SignInAsync(other, ada, "/account");

        await other.SubmitAsync(await other.GetAsync("/account/sessions"), "others");

        // The clock stands still: nobody looks by it.
        await Patience.UntilAsync(() => Task.FromResult(Posts().Count > 0), "the application is told");
    }

    [Fact]
    [Spec("Back-Channel Logout", "2.4")]
    public async Task It_is_encrypted_where_id_tokens_are()
    {
        Answers(HttpStatusCode.OK);
        var key = new EncryptionKey();
        var shop = await _server.RegisterAsync("shop", client =>
            (client.BackchannelLogoutUri, client.Jwks, client.IdTokenEncryptionAlgorithm, client.IdTokenContentEncryption) =
                (_peer.At(_path).ToString(), key.Jwks, "RSA-OAEP", "A128CBC-HS256"));
        var ada = await (await _server.AddPersonAsync("ada")).WithAppAsync();
        var browser = _server.OpenBrowser();
        await shop.RedeemAsync((await shop.SignInAsync(browser, ada)).Code);
        await browser.SubmitAsync(await browser.GetAsync("/signout"));
        await SentAsync();
        var sent = Token(Assert.Single(Posts()));
        Assert.Equal("RSA-OAEP", sent.Alg);
        Assert.Equal(
            ("logout+jwt", ada.Subject),
            (new JsonWebToken(key.Decrypt(sent.EncodedToken)).Typ, new JsonWebToken(key.Decrypt(sent.EncodedToken)).Subject));
    }

    [Fact]
    [Spec("S102")]
    public async Task An_application_that_fails_is_tried_again_with_a_new_token()
    {
        Answers(HttpStatusCode.InternalServerError, HttpStatusCode.InternalServerError, HttpStatusCode.OK);
        var (ada, browser, tokens) = await SignedInAsync();
        await browser.GetAsync(LogoutUrl(tokens));
        await SentAsync();
        await PassAndSendAsync(TimeSpan.FromSeconds(11));
        Assert.Equal((LogoutNoticeStatus.Waiting, "answer 500"), await StateAsync(ada));
        await PassAndSendAsync(TimeSpan.FromSeconds(31));
        Assert.Equal((LogoutNoticeStatus.Told, null), await StateAsync(ada));
        Assert.Equal(3, Posts().Select(post => Token(post).Id).Distinct().Count());
        await PassAndSendAsync(TimeSpan.FromHours(2));
        Assert.Equal(3, Posts().Count);
    }

    [Theory]
    [Spec("S102")]
    [InlineData(HttpStatusCode.NoContent, LogoutNoticeStatus.Told, null)]
    [InlineData(HttpStatusCode.BadRequest, LogoutNoticeStatus.GivenUp, "answer 400")]
    [InlineData(HttpStatusCode.Found, LogoutNoticeStatus.Waiting, "answer 302")]
    public async Task What_it_answers_decides(HttpStatusCode answer, LogoutNoticeStatus status, string? outcome)
    {
        Answers(answer);
        var (ada, browser, tokens) = await SignedInAsync();
        await browser.GetAsync(LogoutUrl(tokens));
        await SentAsync();
        Assert.Equal((status, outcome), await StateAsync(ada));
        Assert.Single(Posts());
    }

    [Fact]
    [Spec("F26")]
    public async Task An_application_that_is_down_for_ten_minutes_is_told_when_it_returns_and_the_owner_sees_both()
    {
        Answers(HttpStatusCode.ServiceUnavailable);
        var (ada, browser, tokens) = await SignedInAsync();
        // The sign-out is over whatever the application does.
        var page = await browser.GetAsync(LogoutUrl(tokens));
        Assert.Equal("/signedout", page.Path);
        Assert.Contains("Non avvisata ancora", page.Text, StringComparison.Ordinal);
        await SentAsync();
        for (var minute = 0; minute < 10; minute++)
        {
            await PassAndSendAsync(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(LogoutNoticeStatus.Waiting, (await StateAsync(ada)).Status);
        await Journey.SignInAsync(browser, ada, "/account");
        Assert.Contains("Non avvisata ancora", (await browser.GetAsync("/account/sessions")).Text, StringComparison.Ordinal);

        Answers(HttpStatusCode.OK);
        await PassAndSendAsync(TimeSpan.FromMinutes(5));
        Assert.Equal((LogoutNoticeStatus.Told, null), await StateAsync(ada));
        var told = (await browser.GetAsync("/account/sessions")).Text;
        Assert.Contains("Avvisata dell", told, StringComparison.Ordinal);
        Assert.DoesNotContain("Non avvisata ancora", told, StringComparison.Ordinal);
        // She has signed in again meanwhile: what was told names the session that is over.
        Assert.Equal(tokens.IdToken.GetClaim("sid").Value, Token(Posts()[^1]).GetClaim("sid").Value);
    }

    [Fact]
    [Spec("F26")]
    public async Task After_a_day_it_is_given_up_and_an_operator_may_have_it_tried_again()
    {
        Answers(HttpStatusCode.ServiceUnavailable);
        var (ada, browser, tokens) = await SignedInAsync();
        await browser.GetAsync(LogoutUrl(tokens));
        for (var hour = 0; hour < 25; hour++)
        {
            await PassAndSendAsync(TimeSpan.FromHours(1));
        }

        Assert.Equal((LogoutNoticeStatus.GivenUp, "answer 503"), await StateAsync(ada));
        await using var database = _server.OpenDatabase();
        var dead = await new ListLogouts(database, _server.Clock)
            .ExecuteAsync(TimeSpan.FromDays(2), onlyTroubled: true, CancellationToken.None);
        var clientId = tokens.IdToken.Audiences.Single();
        Assert.Equal(LogoutNoticeStatus.GivenUp, Assert.Single(dead, row => row.ClientId == clientId).Status);
        Answers(HttpStatusCode.OK);
        Assert.False(
            (await new RetryLogouts(database, _server.Clock).ExecuteAsync(clientId, CancellationToken.None))
                .Failed(out _, out var retried));
        Assert.Equal(1, retried.Notices);
        await SentAsync();
        Assert.Equal((LogoutNoticeStatus.Told, null), await StateAsync(ada));
    }

    [Fact]
    [Spec("F26")]
    public async Task Many_dead_applications_hold_up_nobody_and_a_second_node_goes_on()
    {
        Answers(HttpStatusCode.OK);
        var (ada, _, tokens) = await SignedInAsync();
        var dead = new List<string>();
        for (var index = 0; index < 30; index++)
        {
            dead.Add((await _server.RegisterAsync("dead", client => client.BackchannelLogoutUri = _peer.At("/nowhere").ToString())).Id);
        }

        await using var database = _server.OpenDatabase();
        var now = _server.Clock.GetUtcNow();
        var session = Guid.ParseExact(tokens.IdToken.GetClaim("sid").Value, "N");
        database.LogoutNotices.AddRange(dead.Append(tokens.IdToken.Audiences.Single()).Select(id => new LogoutNotice
        {
            SessionId = session,
            ClientId = id,
            PersonId = ada.Id,
            CreatedAt = now,
            NextAttemptAt = now,
            GivenUpAt = now.AddDays(1),
        }));
        await database.SaveChangesAsync();
        var second = await _server.StartSecondNodeAsync([.. _server.Settings]);
        try
        {
            await second.App.Services.GetRequiredService<LogoutDispatcher>().SendDueAsync(CancellationToken.None);
            await SentAsync();
        }
        finally
        {
            await second.DisposeAsync();
        }

        Assert.Single(Posts());
        Assert.Equal(
            30,
            await database.LogoutNotices.CountAsync(row => dead.Contains(row.ClientId)
                && row.Attempts == 1 && row.Status == LogoutNoticeStatus.Waiting));
    }

    [Fact]
    [Spec("S102")]
    public async Task It_is_told_hours_after_its_tokens_have_expired()
    {
        Answers(HttpStatusCode.OK);
        var (_, browser, tokens) = await SignedInAsync();
        for (var part = 0; part < 3; part++)
        {
            await _server.PassAsync(TimeSpan.FromMinutes(40));
            await browser.GetAsync("/account");
            await _server.App.Services.GetServices<IHostedService>().OfType<Housekeeping>().Single().RunAsync(CancellationToken.None);
        }

        await browser.GetAsync(LogoutUrl(tokens));
        await SentAsync();
        Assert.Single(Posts());
    }

    [Fact]
    public async Task An_application_that_only_got_a_code_has_no_session_to_end()
    {
        Answers(HttpStatusCode.OK);
        var shop = await RegisterAsync();
        var ada = await (await _server.AddPersonAsync("ada")).WithAppAsync();
        var browser = _server.OpenBrowser();
        await shop.SignInAsync(browser, ada);
        await browser.SubmitAsync(await browser.GetAsync("/signout"));
        await SentAsync();
        Assert.Empty(Posts());
    }

    private static string LogoutUrl(TokenAnswer tokens) =>
        QueryHelpers.AddQueryString("/connect/logout", "id_token_hint", tokens.Text("id_token")!);

    private static JsonWebToken Token(PeerRequest post)
    {
        Assert.Equal("POST", post.Method);
        Assert.StartsWith("application/x-www-form-urlencoded", post.Headers["Content-Type"], StringComparison.Ordinal);
        return new(Assert.Single(QueryHelpers.ParseQuery(post.Body)["logout_token"]));
    }

    /// <summary>The answers of the application, one after the other; the last one holds on.</summary>
    private void Answers(params HttpStatusCode[] statuses)
    {
        var next = 0;
        _peer.Paths[_path] = http =>
        {
            http.Response.StatusCode = (int)statuses[Math.Min(next++, statuses.Length - 1)];
            return Task.CompletedTask;
        };
    }

    private List<PeerRequest> Posts() => [.. _peer.Requests.Where(request => request.Path == _path)];

    private async Task PassAndSendAsync(TimeSpan time)
    {
        await _server.PassAsync(time);
        await SentAsync();
    }

    /// <summary>Everything that is due has been tried, here or by the dispatcher of the background.</summary>
    private async Task SentAsync()
    {
        await _server.App.Services.GetRequiredService<LogoutDispatcher>().SendDueAsync(CancellationToken.None);
        await using var database = _server.OpenDatabase();
        var now = _server.Clock.GetUtcNow();
        await Patience.UntilAsync(
            async () => !await database.LogoutNotices.AnyAsync(row => row.Status == LogoutNoticeStatus.Waiting && row.NextAttemptAt <= now),
            "an attempt at all that is due");
    }

    private async Task<(LogoutNoticeStatus Status, string? Outcome)> StateAsync(Customer customer)
    {
        await using var database = _server.OpenDatabase();
        var notice = await database.LogoutNotices.AsNoTracking().SingleAsync(row => row.PersonId == customer.Id);
        return (notice.Status, notice.LastOutcome);
    }

    private Task<RelyingParty> RegisterAsync() =>
        _server.RegisterAsync("shop", client => client.BackchannelLogoutUri = _peer.At(_path).ToString());

    private async Task<(Customer Ada, Browser Browser, TokenAnswer Tokens)> SignedInAsync()
    {
        var shop = await RegisterAsync();
        var ada = await (await _server.AddPersonAsync("ada")).WithAppAsync();
        var browser = _server.OpenBrowser();
        return (ada, browser, await shop.RedeemAsync((await shop.SignInAsync(browser, ada)).Code));
    }
}
