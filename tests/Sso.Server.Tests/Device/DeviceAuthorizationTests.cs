using System.Net;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Device;

[Spec("RFC 8628", "3")]
public sealed class DeviceAuthorizationTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    [Spec("RFC 8628", "3.2")]
    public async Task A_device_is_told_the_codes_the_address_the_life_and_the_interval()
    {
        var answer = await (await TvAsync()).AskDeviceAsync();
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Matches("^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$", answer.Text("user_code"));
        Assert.Equal(43, answer.Text("device_code")!.Length);
        Assert.Equal("https://sso.test/device", answer.Text("verification_uri"));
        Assert.Equal("https://sso.test/device?user_code=" + answer.Text("user_code"), answer.Text("verification_uri_complete"));
        Assert.Equal((600, 5), (answer.Body.GetProperty("expires_in").GetInt32(), answer.Body.GetProperty("interval").GetInt32()));
    }

    [Fact]
    [Spec("RFC 8628", "3.3")]
    [Spec("RFC 8628", "3.4")]
    public async Task Whoever_signs_in_with_two_factors_and_allows_it_gives_the_device_tokens_on_any_node()
    {
        await using var other = await server.StartSecondNodeAsync();
        var (tv, ada) = (await TvAsync(), await AdaAsync());
        await other.ReloadAsync();
        var asked = await tv.AskDeviceAsync(("scope", "openid offline_access"));
        Assert.Equal("authorization_pending", (await tv.PollAsync(asked)).Error);

        var browser = server.OpenBrowser();
        var page = await TypeAsync(browser, asked.Text("user_code"));
        Assert.Equal("/signin", page.Path);
        page = await Journey.PasswordAsync(browser, page, ada);
        Assert.Equal("/signin/verify/app", page.Path);
        page = await Journey.AppAsync(browser, page, ada);
        Assert.Equal("/device/confirm", page.Path);
        browser.MoveTo(other);
        page = await browser.SubmitAsync(page);
        Assert.Equal("/device/done?answer=Approved", page.Url.PathAndQuery);

        var tokens = await tv.On(other).PollAsync(asked);
        Assert.Equal(HttpStatusCode.OK, tokens.Status);
        Assert.Equal((ada.Subject, tv.Id), (tokens.IdToken.Subject, tokens.IdToken.Audiences.Single()));
        Assert.Contains("mfa", tokens.Amr);
        Assert.Equal(HttpStatusCode.OK, (await tv.UserInfoAsync(tokens.AccessToken)).Status);
        Assert.Equal(HttpStatusCode.OK, (await tv.RefreshAsync(tokens.RefreshToken)).Status);
    }

    [Fact]
    [Spec("RFC 8628", "3.3.1")]
    public async Task Who_arrives_with_the_code_in_the_address_compares_it_before_anything_else()
    {
        var (tv, ada) = (await TvAsync(), await AdaAsync());
        var asked = await tv.AskDeviceAsync();
        var browser = server.OpenBrowser();
        await Journey.SignInAsync(browser, ada, "/account");
        var page = await browser.GetAsync(asked.Text("verification_uri_complete")!);
        Assert.Equal(
            ("/device", asked.Text("user_code")),
            (page.Path, page.Document.QuerySelector("[name='Input.UserCode']")!.GetAttribute("value")));
        Assert.Contains("stesso codice", page.Text, StringComparison.Ordinal);
        page = await browser.SubmitAsync(page);
        Assert.Equal("/device/confirm", page.Path);
    }

    [Fact]
    [Spec("RFC 8628", "5.4")]
    public async Task The_page_names_the_device_its_code_and_what_it_wants_and_warns_of_a_code_that_came_from_others()
    {
        var (tv, ada) = (await TvAsync(), await AdaAsync());
        var asked = await tv.AskDeviceAsync(("scope", "openid email"));
        var page = await ToConfirmAsync(server.OpenBrowser(), ada, asked);
        foreach (var word in (string[])
        [
            "tv", asked.Text("user_code")!, ada.UserName, "vedere il tuo indirizzo e‑mail", "solo se hai iniziato tu",
        ])
        {
            Assert.Contains(word, page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        }
    }

    [Theory]
    [Spec("RFC 8628", "6.1")]
    [InlineData("lower case")]
    [InlineData("without a hyphen")]
    [InlineData("with spaces")]
    public async Task A_code_may_be_typed_in_any_shape(string shape)
    {
        var code = (await (await TvAsync()).AskDeviceAsync()).Text("user_code")!;
        var typed = shape switch
        {
            "lower case" => code.ToLowerInvariant(),
            "without a hyphen" => code.Replace("-", "", StringComparison.Ordinal),
            _ => $" {code[0]} {code[1..]} ",
        };
        Assert.Equal("/signin", (await TypeAsync(server.OpenBrowser(), typed)).Path);
    }

    [Fact]
    [Spec("A8")]
    [Spec("S77")]
    [Spec("RFC 8628", "5.1")]
    public async Task After_five_wrong_codes_an_address_waits_and_not_even_the_right_one_is_looked_at()
    {
        var asked = await (await TvAsync()).AskDeviceAsync();
        var (browser, elsewhere) = (server.OpenBrowser(), server.OpenBrowser());
        (browser.Address, elsewhere.Address) = ("192.0.2.8", "192.0.2.9");
        for (var attempt = 0; attempt < 60; attempt++)
        {
            var page = await TypeAsync(browser, "BCDF-GHJK");
            Assert.Contains(attempt < 5 ? "non è giusto" : "Troppi codici", page.Document.Body!.TextContent, StringComparison.Ordinal);
        }

        Assert.Equal("/device", (await TypeAsync(browser, asked.Text("user_code"))).Path);
        Assert.Equal("/signin", (await TypeAsync(elsewhere, asked.Text("user_code"))).Path);
        await server.PassAsync(TimeSpan.FromMinutes(10));
        Assert.Equal("/signin", (await TypeAsync(browser, (await (await TvAsync()).AskDeviceAsync()).Text("user_code"))).Path);
    }

    [Fact]
    [Spec("S77")]
    [Spec("RFC 8628", "3.5")]
    public async Task Asking_too_soon_makes_the_interval_five_seconds_longer_for_good()
    {
        var tv = await TvAsync();
        var asked = await tv.AskDeviceAsync();
        foreach (var (seconds, error) in ((int, string)[])
            [
                (0, "authorization_pending"), (1, "slow_down"), (9, "slow_down"),
                (15, "authorization_pending"), (14, "slow_down"), (20, "authorization_pending"),
            ])
        {
            await server.PassAsync(TimeSpan.FromSeconds(seconds));
            Assert.Equal((seconds, error), (seconds, (await tv.PollAsync(asked)).Error));
        }
    }

    [Fact]
    public async Task Of_many_polls_at_one_moment_one_gets_the_tokens()
    {
        var (tv, ada) = (await TvAsync(), await AdaAsync());
        var asked = await tv.AskDeviceAsync();
        await ApproveAsync(ada, asked);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => tv.PollAsync(asked)));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.OK), answer => Assert.Equal("invalid_grant", answer.Error));
    }

    [Fact]
    [Spec("RFC 8628", "3.5")]
    public async Task A_person_who_refuses_is_heard_by_the_device_and_recorded()
    {
        var (tv, ada) = (await TvAsync(), await AdaAsync());
        var asked = await tv.AskDeviceAsync();
        var browser = server.OpenBrowser();
        var page = await ToConfirmAsync(browser, ada, asked);
        page = await browser.SubmitAsync(page, form: "deny");
        Assert.Equal("/device/done?answer=Denied", page.Url.PathAndQuery);
        Assert.Equal("access_denied", (await tv.PollAsync(asked)).Error);
        await using var database = server.OpenDatabase();
        Assert.True(
            await database.SecurityEvents.AnyAsync(item => item.PersonId == ada.Id
                && item.Kind == SecurityEventKind.ConsentRefused && item.ClientId == tv.Id));
    }

    [Fact]
    [Spec("RFC 8628", "3.5")]
    public async Task After_ten_minutes_the_code_opens_nothing_and_the_device_hears_that_it_expired()
    {
        var (tv, ada) = (await TvAsync(), await AdaAsync());
        var asked = await tv.AskDeviceAsync();
        var browser = server.OpenBrowser();
        var confirm = await ToConfirmAsync(browser, ada, asked);
        await server.PassAsync(TimeSpan.FromMinutes(10));
        Assert.Equal("/device", (await TypeAsync(server.OpenBrowser(), asked.Text("user_code"))).Path);
        Assert.Equal("/device/done?answer=Late", (await browser.SubmitAsync(confirm)).Url.PathAndQuery);
        Assert.Equal("expired_token", (await tv.PollAsync(asked)).Error);
    }

    [Fact]
    public async Task A_code_is_answered_once()
    {
        var (tv, ada, bo) = (await TvAsync(), await AdaAsync(), await (await server.AddPersonAsync("bo")).WithAppAsync());
        var asked = await tv.AskDeviceAsync();
        var (first, second) = (server.OpenBrowser(), server.OpenBrowser());
        var (pageOfAda, pageOfBo) = (await ToConfirmAsync(first, ada, asked), await ToConfirmAsync(second, bo, asked));
        Assert.EndsWith("Approved", (await first.SubmitAsync(pageOfAda)).Url.Query, StringComparison.Ordinal);
        Assert.EndsWith("Late", (await second.SubmitAsync(pageOfBo)).Url.Query, StringComparison.Ordinal);
        Assert.Equal("/device", (await TypeAsync(second, asked.Text("user_code"))).Path);
        Assert.Equal(ada.Subject, (await tv.PollAsync(asked)).IdToken.Subject);
    }

    [Theory]
    [Spec("A7")]
    [Spec("A24")]
    [Spec("S45")]
    [InlineData("the code was typed")]
    [InlineData("the person allowed it")]
    public async Task A_person_who_is_disabled_after_a_stage_gives_nothing(string stage)
    {
        var (tv, ada) = (await TvAsync(), await AdaAsync());
        var asked = await tv.AskDeviceAsync();
        var browser = server.OpenBrowser();
        var page = await ToConfirmAsync(browser, ada, asked);
        page = stage == "the code was typed" ? page : await browser.SubmitAsync(page);
        await using var database = server.OpenDatabase();
        var now = server.Clock.GetUtcNow();
        await database.Users.Where(person => person.Id == ada.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(person => person.DisabledAt, now));
        if (stage == "the code was typed")
        {
            Assert.Equal("/signin", (await browser.SubmitAsync(page)).Path);
            Assert.Equal("authorization_pending", (await tv.PollAsync(asked)).Error);
            return;
        }

        Assert.Equal("invalid_grant", (await tv.PollAsync(asked)).Error);
    }

    [Theory]
    [Spec("A7")]
    [Spec("A24")]
    [InlineData("the client is disabled", "invalid_client")]
    [InlineData("the client loses a scope", "invalid_grant")]
    [InlineData("the client loses the grant", "unauthorized_client")]
    [InlineData("the owner revokes it", "invalid_grant")]
    public async Task What_changes_between_approval_and_poll_counts(string change, string error)
    {
        var (tv, ada) = (await TvAsync(), await AdaAsync());
        var asked = await tv.AskDeviceAsync();
        await ApproveAsync(ada, asked);
        await using var database = server.OpenDatabase();
        var client = await database.Clients.SingleAsync(row => row.Id == tv.Id);
        switch (change)
        {
            case "the client is disabled":
                client.DisabledAt = server.Clock.GetUtcNow();
                break;
            case "the client loses a scope":
                client.Scopes = [Scopes.Email];
                break;
            case "the client loses the grant":
                client.GrantTypes = [GrantTypes.RefreshToken];
                break;
            default:
                var now = server.Clock.GetUtcNow();
                await database.Grants.Where(grant => grant.ClientId == tv.Id)
                    .ExecuteUpdateAsync(set => set.SetProperty(grant => grant.RevokedAt, now));
                break;
        }

        await database.SaveChangesAsync();
        await database.RaiseClientsVersionAsync(CancellationToken.None);
        await server.ReloadAsync();
        Assert.Equal(error, (await tv.PollAsync(asked)).Error);
    }

    [Fact]
    [Spec("A23")]
    public async Task The_policy_of_the_client_holds_for_a_device_too()
    {
        var strict = await TvAsync(client => client.AcceptsTextMessages = false);
        var bo = await (await server.AddPersonAsync("bo")).WithPhoneAsync();
        var browser = server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await TypeAsync(browser, (await strict.AskDeviceAsync()).Text("user_code")), bo);
        // The phone is proved first, then a factor that the client takes is enrolled.
        page = await Journey.TextAsync(browser, page, bo);
        Assert.Equal("/signin/enrol", page.Path);
    }

    [Theory]
    [Spec("A23")]
    [Spec("RFC 8628", "3.1")]
    [InlineData("scope", "openid unknown", "invalid_scope")]
    [InlineData("scope", null, "invalid_scope")]
    [InlineData("resource", "https://api.example/unknown", "invalid_target")]
    [InlineData("client_id", "nobody", "invalid_client")]
    public async Task A_bad_request_is_refused(string parameter, string? value, string error) =>
        Assert.Equal(error, (await (await TvAsync()).AskDeviceAsync((parameter, value))).Error);

    [Fact]
    [Spec("S94")]
    public async Task A_confidential_client_proves_itself_and_another_kind_of_client_has_no_device()
    {
        var kiosk = await server.RegisterAsync("kiosk", client => client.GrantTypes = [GrantTypes.DeviceCode]);
        Assert.Equal(HttpStatusCode.OK, (await kiosk.AskDeviceAsync()).Status);
        using var form = new FormUrlEncodedContent([new("client_id", kiosk.Id), new("scope", "openid")]);
        using var client = server.Backchannel();
        using var answer = await client.PostAsync("/connect/device", form);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("unauthorized_client", (await (await server.RegisterAsync("shop")).AskDeviceAsync()).Error);
    }

    [Fact]
    public async Task A_code_is_good_for_the_device_it_was_given_to()
    {
        var (tv, other, ada) = (await TvAsync(), await TvAsync(), await AdaAsync());
        var asked = await tv.AskDeviceAsync();
        await ApproveAsync(ada, asked);
        Assert.Equal("invalid_grant", (await other.PollAsync(asked)).Error);
        Assert.Equal("invalid_request", (await tv.TokenAsync(("grant_type", GrantTypes.DeviceCode))).Error);
        Assert.Equal(HttpStatusCode.OK, (await tv.PollAsync(asked)).Status);
        Assert.Equal("invalid_grant", (await tv.PollAsync(asked)).Error);
    }

    [Fact]
    [Spec("S138")]
    public async Task No_code_is_readable_in_the_database()
    {
        var asked = await (await TvAsync()).AskDeviceAsync();
        await using var database = server.OpenDatabase();
        var dump = await DatabaseDump.OfAsync(database);
        foreach (var secret in (string[])
        [
            asked.Text("device_code")!, asked.Text("user_code")!, asked.Text("user_code")!.Replace("-", "", StringComparison.Ordinal),
        ])
        {
            Assert.Empty(dump.Find(secret));
        }
    }

    [Fact]
    public async Task A_request_from_outside_cannot_name_what_waits()
    {
        var shop = await server.RegisterAsync("shop");
        await using var database = server.OpenDatabase();
        await (await TvAsync()).AskDeviceAsync();
        var id = await database.WaitingRequests.Select(row => row.Id).FirstAsync();
        foreach (var client in (string[])[shop.Id, "tv"])
        {
            var page = await server.OpenBrowser()
                .GetAsync(shop.AuthorizeUrl(("client_id", client), ("request_uri", $"urn:sso:waiting:0:{id:N}")));
            Assert.True(page.Path == "/error" || (page.Error is not null && page.Code is null), page.Url.ToString());
        }
    }

    [Fact]
    [Spec("S120")]
    public async Task That_nobody_verified_the_application_is_said()
    {
        var tv = await TvAsync(client => client.IsUnverified = true);
        var page = await ToConfirmAsync(server.OpenBrowser(), await AdaAsync(), await tv.AskDeviceAsync());
        Assert.Contains("Nessuno ha verificato “tv”", page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_strangers_can_store_in_the_name_of_a_public_client_is_limited()
    {
        var tv = await TvAsync();
        for (var asked = 0; asked < 60; asked++)
        {
            Assert.Equal(HttpStatusCode.OK, (await tv.AskDeviceAsync()).Status);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await tv.AskDeviceAsync()).Status);
    }

    private Task<RelyingParty> TvAsync(Action<Sso.Data.Clients.ClientRegistration>? change = null) => server.RegisterAsync("tv", client =>
    {
        client.AuthenticationMethod = ClientAuthenticationMethod.None;
        client.RedirectUris = [];
        client.GrantTypes = [GrantTypes.DeviceCode, GrantTypes.RefreshToken];
        change?.Invoke(client);
    });

    private async Task<Customer> AdaAsync() => await (await server.AddPersonAsync("ada")).WithAppAsync();

    private static async Task<Page> TypeAsync(Browser browser, string? code) =>
        await browser.SubmitAsync(await browser.GetAsync("/device"), ("Input.UserCode", code!));

    private static async Task<Page> ToConfirmAsync(Browser browser, Customer customer, TokenAnswer asked)
    {
        await Journey.SignInAsync(browser, customer, "/account");
        var page = await TypeAsync(browser, asked.Text("user_code"));
        Assert.Equal("/device/confirm", page.Path);
        return page;
    }

    private async Task ApproveAsync(Customer customer, TokenAnswer asked)
    {
        var browser = server.OpenBrowser();
        await browser.SubmitAsync(await ToConfirmAsync(browser, customer, asked));
    }
}
