using System.Net;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Clients;
using Sso.Data.Operations;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Ciba;

[Spec("CIBA Core", "7")]
public sealed class BackchannelAuthenticationTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    [Spec("CIBA Core", "7.3")]
    [Spec("CIBA Core", "10.1")]
    public async Task Whoever_is_asked_is_told_by_mail_proves_both_factors_again_accepts_and_the_application_gets_tokens_on_any_node()
    {
        await using var other = await server.StartSecondNodeAsync();
        var (bank, ada) = (await BankAsync(), await AdaAsync());
        await other.ReloadAsync();
        var browser = server.OpenBrowser();
        await Journey.SignInAsync(browser, ada, "/account");
        await server.PassAsync(TimeSpan.FromMinutes(6));

        var asked = await bank.AskPersonAsync(ada.UserName, ("binding_message", "Bonifico 4711"), ("scope", "openid offline_access"));
        Assert.Equal(HttpStatusCode.OK, asked.Status);
        Assert.Equal(43, asked.Text("auth_req_id")!.Length);
        Assert.Equal((600, 5), (asked.Body.GetProperty("expires_in").GetInt32(), asked.Body.GetProperty("interval").GetInt32()));
        Assert.Equal("authorization_pending", (await bank.PollPersonAsync(asked)).Error);
        var mail = (await ada.MailsAsync())[0];
        Assert.Contains("Bonifico 4711", mail.Text, StringComparison.Ordinal);
        Assert.Contains("/account/requests", mail.Text, StringComparison.Ordinal);

        browser.MoveTo(other);
        var page = await browser.GetAsync("/account/requests");
        Assert.Contains("Bonifico 4711", page.Text, StringComparison.Ordinal);
        page = await browser.SubmitAsync(page, ("id", await OnlyIdAsync(ada)));
        Assert.Equal("/signin", page.Path);
        page = await Journey.AppAsync(browser, await Journey.PasswordAsync(browser, page, ada), ada);
        Assert.Equal("/account/requests/answer", page.Path);
        Assert.Contains("Bonifico 4711", page.Text, StringComparison.Ordinal);
        Assert.Equal("/account/requests?answer=Approved", (await browser.SubmitAsync(page)).Url.PathAndQuery);

        var tokens = await bank.On(other).PollPersonAsync(asked);
        Assert.Equal((ada.Subject, bank.Id), (tokens.IdToken.Subject, tokens.IdToken.Audiences.Single()));
        Assert.Contains("mfa", tokens.Amr);
        Assert.Equal(HttpStatusCode.OK, (await bank.RefreshAsync(tokens.RefreshToken)).Status);
        Assert.Equal("invalid_grant", (await bank.PollPersonAsync(asked)).Error);
    }

    [Fact]
    [Spec("CIBA Core", "11")]
    public async Task A_refusal_is_heard_and_recorded()
    {
        var (bank, ada) = (await BankAsync(), await AdaAsync());
        var asked = await bank.AskPersonAsync(ada.UserName);
        var (browser, page) = await ToAnswerAsync(ada);
        Assert.Equal("/account/requests?answer=Denied", (await browser.SubmitAsync(page, form: "deny")).Url.PathAndQuery);
        Assert.Equal("access_denied", (await bank.PollPersonAsync(asked)).Error);
        await using var database = server.OpenDatabase();
        Assert.True(
            await database.SecurityEvents.AnyAsync(item => item.PersonId == ada.Id
                && item.Kind == SecurityEventKind.ConsentRefused && item.ClientId == bank.Id));
    }

    [Fact]
    [Spec("CIBA Core", "11")]
    public async Task Asking_too_soon_slows_down_and_who_waits_too_long_hears_that_it_expired()
    {
        var (bank, ada) = (await BankAsync(), await AdaAsync());
        var asked = await bank.AskPersonAsync(ada.UserName, ("requested_expiry", "60"));
        Assert.Equal(60, asked.Body.GetProperty("expires_in").GetInt32());
        foreach (var (seconds, error) in ((int, string)[])
        [
            (0, "authorization_pending"), (2, "slow_down"), (9, "slow_down"), (15, "authorization_pending"), (60, "expired_token"),
        ])
        {
            await server.PassAsync(TimeSpan.FromSeconds(seconds));
            Assert.Equal((seconds, error), (seconds, (await bank.PollPersonAsync(asked)).Error));
        }
    }

    [Fact]
    [Spec("CIBA Core", "7.1")]
    public async Task A_longer_life_than_ten_minutes_becomes_ten_minutes()
    {
        var (bank, ada) = (await BankAsync(), await AdaAsync());
        Assert.Equal(
            600, (await bank.AskPersonAsync(ada.UserName, ("requested_expiry", "86400"))).Body.GetProperty("expires_in").GetInt32());
    }

    [Fact]
    [Spec("CIBA Core", "7.1")]
    public async Task An_id_token_of_this_very_client_is_a_hint_even_after_its_end_and_no_other_is()
    {
        var (bank, shop, ada) = (await BankAsync(), await server.RegisterAsync("shop"), await AdaAsync());
        var own = await bank.RedeemAsync((await bank.SignInAsync(server.OpenBrowser(), ada)).Code);
        var foreign = await shop.RedeemAsync((await shop.SignInAsync(server.OpenBrowser(), ada)).Code);
        await server.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal(HttpStatusCode.OK, (await bank.AskPersonAsync(null, ("id_token_hint", own.Text("id_token")))).Status);
        Assert.Equal("invalid_request", (await bank.AskPersonAsync(null, ("id_token_hint", foreign.Text("id_token")))).Error);
        Assert.Equal("invalid_request", (await bank.AskPersonAsync(null, ("id_token_hint", own.AccessToken))).Error);
        Assert.Equal("invalid_request", (await bank.AskPersonAsync(null, ("id_token_hint", "x.y.z"))).Error);
    }

    [Fact]
    [Spec("CIBA Core", "7.1")]
    public async Task Where_subjects_are_pairwise_the_hint_finds_the_person_too()
    {
        var (bank, ada) = (await BankAsync(client => client.Sector = "bank.example"), await AdaAsync());
        var earlier = await bank.RedeemAsync((await bank.SignInAsync(server.OpenBrowser(), ada)).Code);
        var asked = await bank.AskPersonAsync(null, ("id_token_hint", earlier.Text("id_token")));
        Assert.Equal(HttpStatusCode.OK, asked.Status);
        var (browser, page) = await ToAnswerAsync(ada);
        await browser.SubmitAsync(page);
        Assert.Equal(earlier.IdToken.Subject, (await bank.PollPersonAsync(asked)).IdToken.Subject);
    }

    [Theory]
    [Spec("CIBA Core", "7.2")]
    [Spec("CIBA Core", "13")]
    [Spec("A23")]
    [InlineData("login_hint", null, "invalid_request")]
    [InlineData("id_token_hint", "x", "invalid_request")]
    [InlineData("login_hint_token", "x", "invalid_request")]
    [InlineData("request", "x", "invalid_request")]
    [InlineData("scope", "email", "invalid_scope")]
    [InlineData("scope", null, "invalid_scope")]
    [InlineData("scope", "openid unknown", "invalid_scope")]
    [InlineData("resource", "https://api.example/unknown", "invalid_target")]
    [InlineData("requested_expiry", "0", "invalid_request")]
    [InlineData("requested_expiry", "-1", "invalid_request")]
    [InlineData("requested_expiry", "soon", "invalid_request")]
    [InlineData("binding_message", "<b>x</b>", "invalid_binding_message")]
    [InlineData("binding_message", "a\u202Eb", "invalid_binding_message")]
    [InlineData("binding_message", "12345678901234567890123456789012345678901234567890123456789012345", "invalid_binding_message")]
    public async Task A_bad_request_is_refused(string parameter, string? value, string error)
    {
        var (bank, ada) = (await BankAsync(), await AdaAsync());
        Assert.Equal(error, (await bank.AskPersonAsync(ada.UserName, (parameter, value))).Error);
    }

    [Fact]
    [Spec("S94")]
    [Spec("CIBA Core", "4")]
    public async Task Only_a_client_that_proves_itself_and_was_allowed_may_ask()
    {
        var (bank, ada) = (await BankAsync(), await AdaAsync());
        Assert.Equal("unauthorized_client", (await (await server.RegisterAsync("shop")).AskPersonAsync(ada.UserName)).Error);
        var app = await server.RegisterAsync("app", client =>
        {
            client.AuthenticationMethod = ClientAuthenticationMethod.None;
            client.GrantTypes = [.. client.GrantTypes, GrantTypes.Ciba];
        });
        Assert.Equal("unauthorized_client", (await app.AskPersonAsync(ada.UserName)).Error);
        using var form = new FormUrlEncodedContent([new("client_id", bank.Id), new("scope", "openid"), new("login_hint", ada.UserName)]);
        using var client = server.Backchannel();
        using var answer = await client.PostAsync("/connect/ciba", form);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    [Spec("CIBA Core", "13")]
    public async Task Nobody_and_somebody_disabled_are_one_answer_and_many_names_are_too_many()
    {
        var bank = await BankAsync();
        var gone = await server.AddPersonAsync("gone", person => person.Disable(server.Clock.GetUtcNow()));
        var (nobody, disabled) = (await bank.AskPersonAsync("nobody"), await bank.AskPersonAsync(gone.UserName));
        Assert.Equal(("unknown_user_id", nobody.Body.ToString()), (disabled.Error, disabled.Body.ToString()));
        for (var name = 0; name < 28; name++)
        {
            Assert.Equal("unknown_user_id", (await bank.AskPersonAsync($"nobody-{name}")).Error);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await bank.AskPersonAsync("nobody-28")).Status);
    }

    [Fact]
    public async Task A_person_is_asked_ten_times_an_hour_and_mailed_three_times_and_nobody_s_name_is_counted_the_same()
    {
        var (bank, ada) = (await BankAsync(), await AdaAsync());
        for (var time = 0; time < 10; time++)
        {
            Assert.Equal(HttpStatusCode.OK, (await bank.AskPersonAsync(ada.UserName)).Status);
            Assert.Equal("unknown_user_id", (await bank.AskPersonAsync("nobody")).Error);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await bank.AskPersonAsync(ada.UserName)).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await bank.AskPersonAsync("nobody")).Status);
        Assert.Equal(3, (await ada.MailsAsync()).Count);
    }

    [Fact]
    public async Task What_one_person_is_asked_nobody_else_sees_or_answers()
    {
        var (bank, ada, bo) = (await BankAsync(), await AdaAsync(), await (await server.AddPersonAsync("bo")).WithAppAsync());
        var asked = await bank.AskPersonAsync(ada.UserName);
        var (browser, answer) = await ToAnswerAsync(ada);
        var other = server.OpenBrowser();
        await Journey.SignInAsync(other, bo, "/account");
        var list = await other.GetAsync("/account/requests");
        Assert.Contains("nessuna richiesta", list.Document.Body!.TextContent, StringComparison.Ordinal);
        var page = await other.PostAsync(
            "/account/requests", [new("id", await OnlyIdAsync(ada)), new("__RequestVerificationToken", Value(list))]);
        Assert.Equal("/account/requests?answer=Late", page.Url.PathAndQuery);
        // In the browser of Ada, in the very flow, Bo signs in.
        Assert.NotEqual("/account/requests/answer", (await other.GetAsync(answer.Url.PathAndQuery)).Path);
        Assert.Equal("authorization_pending", (await bank.PollPersonAsync(asked)).Error);
        Assert.EndsWith("Approved", (await browser.SubmitAsync(answer)).Url.Query, StringComparison.Ordinal);
    }

    [Theory]
    [Spec("A7")]
    [Spec("A24")]
    [Spec("S45")]
    [InlineData("it was asked")]
    [InlineData("the page was opened")]
    [InlineData("it was accepted")]
    public async Task A_person_who_is_disabled_after_a_stage_gives_nothing(string stage)
    {
        var (bank, ada) = (await BankAsync(), await AdaAsync());
        var asked = await bank.AskPersonAsync(ada.UserName);
        var (browser, page) = await ToAnswerAsync(ada);
        page = stage == "it was accepted" ? await browser.SubmitAsync(page) : page;
        await using var database = server.OpenDatabase();
        var now = server.Clock.GetUtcNow();
        await database.Users.Where(person => person.Id == ada.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(person => person.DisabledAt, now));
        switch (stage)
        {
            case "it was asked":
                Assert.Equal("/signin", (await browser.GetAsync("/account/requests")).Path);
                break;
            case "the page was opened":
                Assert.Equal("/signin", (await browser.SubmitAsync(page)).Path);
                break;
        }

        Assert.Equal(stage == "it was accepted" ? "invalid_grant" : "authorization_pending", (await bank.PollPersonAsync(asked)).Error);
        Assert.Equal("unknown_user_id", (await bank.AskPersonAsync(ada.UserName)).Error);
    }

    [Fact]
    [Spec("A24")]
    public async Task A_client_that_was_disabled_or_has_lost_the_grant_is_not_answered()
    {
        var (bank, ada) = (await BankAsync(), await AdaAsync());
        var asked = await bank.AskPersonAsync(ada.UserName);
        var (browser, page) = await ToAnswerAsync(ada);
        await using var database = server.OpenDatabase();
        (await database.Clients.SingleAsync(row => row.Id == bank.Id)).GrantTypes = [GrantTypes.AuthorizationCode];
        await database.SaveChangesAsync();
        await database.RaiseClientsVersionAsync(CancellationToken.None);
        await server.ReloadAsync();
        // Nothing is answered; the person is led back to what is still asked.
        Assert.Equal("/account/requests", (await browser.SubmitAsync(page)).Url.PathAndQuery);
        Assert.Equal("unauthorized_client", (await bank.PollPersonAsync(asked)).Error);
    }

    [Fact]
    [Spec("S138")]
    public async Task The_auth_req_id_is_not_readable_in_the_database_and_is_no_device_code()
    {
        var (bank, ada) = (await BankAsync(client => client.GrantTypes = [.. client.GrantTypes, GrantTypes.DeviceCode]), await AdaAsync());
        var asked = await bank.AskPersonAsync(ada.UserName, ("binding_message", "Segreto77"));
        await using var database = server.OpenDatabase();
        await ada.MailsAsync();
        var dump = await DatabaseDump.OfAsync(database);
        Assert.Empty(dump.Find(asked.Text("auth_req_id")!));
        Assert.Empty(dump.Find("Segreto77"));
        Assert.Equal(
            "invalid_grant",
            (await bank.TokenAsync(("grant_type", GrantTypes.DeviceCode), ("device_code", asked.Text("auth_req_id")))).Error);
    }

    private Task<RelyingParty> BankAsync(Action<ClientRegistration>? change = null) => server.RegisterAsync("bank", client =>
    {
        client.GrantTypes = [.. client.GrantTypes, GrantTypes.Ciba];
        change?.Invoke(client);
    });

    private async Task<Customer> AdaAsync() => await (await server.AddPersonAsync("ada")).WithAppAsync();

    private async Task<string> OnlyIdAsync(Customer customer)
    {
        await using var database = server.OpenDatabase();
        return (await database.WaitingRequests.Where(row => row.PersonId == customer.Id).Select(row => row.Id).SingleAsync()).ToString("N");
    }

    private async Task<(Browser Browser, Page Page)> ToAnswerAsync(Customer customer)
    {
        var browser = server.OpenBrowser();
        await Journey.SignInAsync(browser, customer, "/account");
        var page = await browser.SubmitAsync(await browser.GetAsync("/account/requests"), ("id", await OnlyIdAsync(customer)));
        Assert.Equal("/account/requests/answer", page.Path);
        return (browser, page);
    }

    private static string Value(Page page) => page.Document.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!;
}
