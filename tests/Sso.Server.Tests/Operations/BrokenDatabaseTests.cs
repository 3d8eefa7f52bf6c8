using System.Net;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Factors;
using Sso.Protocol;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Operations;

/// <summary>
/// The database breaks at the first, the second, … writing statement of an act, commits included, until the act gets through: each time the
/// answer is an error and everything is as before, and then all of it has happened.
/// </summary>
[Spec("A26")]
public sealed class BrokenDatabaseTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    private const string NewPassword = "tutta un'altra frase";

    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public static TheoryData<string> Acts =>
    [
        "sign out", "change the password", "ask for a link", "remove a factor",
        "end a session", "end the others", "take an application's access",
        "it was not me", "secure the account", "make new recovery codes", "forget a device",
    ];

    [Theory]
    [MemberData(nameof(Acts))]
    public async Task Whatever_breaks_nothing_is_half_done_and_nothing_is_called_done(string act)
    {
        var ada = await (await (await server.AddPersonAsync("ada")).WithAppAsync()).WithPhoneAsync();
        await KeepQuietAsync(ada);
        var (browser, other, shop) =
            (server.OpenBrowser(), server.OpenBrowser(), await server.RegisterAsync("shop", client => client.AcceptsTrustedDevices = true));
        await SignInAsync(browser, ada, shop);
        await SignInAsync(other, ada, shop);
        await TrustAsync(ada);
        var page = await OpenAsync(browser, act);
        var before = await StateAsync(ada);

        using var faults = new StatementFaults(server.Database.Name);
        for (var write = 1; ; write++)
        {
            Assert.True(write < 60, "The act never gets through.");
            await server.ForgetAttemptsAsync();
            faults.Arm(write);
            var answer = await ActAsync(browser, page, act, shop);
            faults.Disarm();
            if (!faults.Happened)
            {
                Assert.True((int)answer.Status < 400, $"{act}: {(int)answer.Status} {answer.Path}");
                Assert.True(write > 1, "The act writes nothing.");
                break;
            }

            Assert.True(answer.Status == HttpStatusCode.ServiceUnavailable, $"{act}, write {write}: {(int)answer.Status} {answer.Path}");
            Assert.Equal((act, write, before), (act, write, await StateAsync(ada)));
        }

        Assert.NotEqual(before, await StateAsync(ada));
    }

    [Fact]
    public async Task A_second_factor_that_could_not_be_stored_signs_nobody_in()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        using var faults = new StatementFaults(server.Database.Name);
        for (var write = 1; write < 5; write++)
        {
            await server.ForgetAttemptsAsync();
            var browser = server.OpenBrowser();
            var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), ada);
            faults.Arm(write);
            var answer = await browser.SubmitAsync(page, ("Input.Code", await server.AppCodeAsync(ada.Id)));
            faults.Disarm();
            Assert.True(faults.Happened);
            Assert.Equal((write, HttpStatusCode.ServiceUnavailable), (write, answer.Status));
            Assert.NotEqual("/account", (await browser.GetAsync("/account")).Path);
            await server.PassAsync(TimeSpan.FromMinutes(2));
        }
    }

    [Fact]
    [Spec("A9")]
    public async Task A_failure_that_could_not_be_counted_refuses_even_the_right_password()
    {
        var ada = await server.AddPersonAsync("ada");
        using var faults = new StatementFaults(server.Database.Name);
        foreach (var write in (int[])[1, 2, 3])
        {
            await server.ForgetAttemptsAsync();
            var browser = server.OpenBrowser();
            var page = await browser.GetAsync("/account");
            faults.Arm(write);
            var answer = await Journey.PasswordAsync(browser, page, ada);
            faults.Disarm();
            Assert.Equal((write, HttpStatusCode.ServiceUnavailable), (write, answer.Status));
            Assert.Null(browser.Cookie("__Host-sso-session"));
        }
    }

    [Fact]
    public async Task A_replayed_code_takes_back_its_tokens_with_an_event_or_neither()
    {
        var shop = await server.RegisterAsync("shop");
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var code = (await shop.SignInAsync(server.OpenBrowser(), ada)).Code;
        var tokens = await shop.RedeemAsync(code);
        using var faults = new StatementFaults(server.Database.Name);
        // The insert that collides comes first and is not the database's fault.
        for (var write = 2; ; write++)
        {
            faults.Arm(write);
            var answer = await shop.RedeemAsync(code);
            faults.Disarm();
            Assert.NotEqual(HttpStatusCode.OK, answer.Status);
            await using var database = server.OpenDatabase();
            var told = await database.SecurityEvents.CountAsync(row => row.Kind == Data.Operations.SecurityEventKind.CodeReused
                && row.PersonId == ada.Id);
            var alive = (await shop.UserInfoAsync(tokens.AccessToken)).Status == HttpStatusCode.OK;
            Assert.Equal((write, alive ? 0 : 1), (write, told));
            if (!faults.Happened)
            {
                Assert.False(alive);
                return;
            }
        }
    }

    /// <summary>A notice by text counts against the limits when it leaves, in the background: writes that belong to no act.</summary>
    private async Task KeepQuietAsync(Customer ada)
    {
        await using var database = server.OpenDatabase();
        await database.SecondFactors.Where(factor => factor.PersonId == ada.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(factor => factor.UsedForNotices, false));
    }

    private async Task SignInAsync(Browser browser, Customer ada, RelyingParty shop)
    {
        await server.ForgetAttemptsAsync();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync(shop.AuthorizeUrl(("scope", "openid offline_access"))), ada);
        page = await Journey.AppAsync(browser, await browser.GetAsync("/signin/verify/app" + page.Url.Query), ada);
        Assert.NotNull((await shop.RedeemAsync(page.Code)).RefreshToken);
        Assert.Equal("/account", (await browser.GetAsync("/account")).Path);
    }

    private async Task TrustAsync(Customer ada)
    {
        await using var database = server.OpenDatabase();
        var now = server.Clock.GetUtcNow();
        database.TrustedDevices.Add(new()
        {
            Id = Guid.CreateVersion7(now),
            PersonId = ada.Id,
            SecretHash = new byte[32],
            CreatedAt = now,
            ExpiresAt = now.AddDays(30),
            LastUsedAt = now,
        });
        database.RecoveryCodes.Add(
            new RecoveryCode { PersonId = ada.Id, Hash = ada.Id.ToByteArray().Concat(new byte[16]).ToArray(), CreatedAt = now });
        await database.SaveChangesAsync();
    }

    private static async Task<Page> OpenAsync(Browser browser, string act) => act switch
    {
        "sign out" => await browser.GetAsync("/signout"),
        "change the password" or "ask for a link" => await browser.GetAsync("/account/password"),
        "remove a factor" => await FollowAsync(
            browser, await FollowAsync(browser, await browser.GetAsync("/account/mfa"), "/account/mfa/rename"), "/account/mfa/remove"),
        "take an application's access" => await browser.GetAsync("/account/apps"),
        "it was not me" or "secure the account" => await browser.GetAsync("/account/not-me"),
        "make new recovery codes" => await browser.GetAsync("/account/mfa/recovery-codes"),
        _ => await browser.GetAsync("/account/sessions"),
    };

    private static Task<Page> FollowAsync(Browser browser, Page page, string path) =>
        browser.GetAsync(page.Document.QuerySelector($"main a[href*='{path}']")!.GetAttribute("href")!);

    private static Task<Page> ActAsync(Browser browser, Page page, string act, RelyingParty shop) => act switch
    {
        "change the password" => browser.SubmitAsync(page, ("Input.Current", SsoServer.Password), ("Input.Password", NewPassword)),
        "secure the account" => browser.SubmitAsync(
            page, "protect", ("Input.Current", SsoServer.Password), ("Input.Password", NewPassword), ("Input.NewCodes", "true"),
            ("Input.Strangers", page.Document.QuerySelector("[name='Input.Strangers']")!.GetAttribute("value")!)),
        "it was not me" => browser.SubmitAsync(page, form: "close"),
        "ask for a link" => browser.SubmitAsync(page, form: "request"),
        "end the others" => browser.SubmitAsync(page, form: "others"),
        "end a session" => PressAsync(browser, page, "form.session:not([action*='Forget'])"),
        "forget a device" => PressAsync(browser, page, "form.session[action*='Forget']"),
        "take an application's access" => PressAsync(browser, page, $"form.app:has([value='{shop.Id}'])"),
        "make new recovery codes" => PressAsync(browser, page, "form[action*='Create']"),
        _ => browser.SubmitAsync(page),
    };

    private static Task<Page> PressAsync(Browser browser, Page page, string selector)
    {
        var form = page.Document.QuerySelector("main " + selector) ?? throw new InvalidOperationException($"{page.Path} has no {selector}");
        var fields = form.QuerySelectorAll("[name]")
            .Select(input => KeyValuePair.Create(input.GetAttribute("name")!, input.GetAttribute("value") ?? ""));
        return browser.PostAsync(form.GetAttribute("action")!, fields);
    }

    /// <summary>Everything that an act changes, and what it leaves behind; not the counters of attempts.</summary>
    private async Task<string> StateAsync(Customer ada)
    {
        await using var database = server.OpenDatabase();
        var person = await database.Users.AsNoTracking().SingleAsync(row => row.Id == ada.Id);
        var codes = await database.RecoveryCodes.Where(row => row.PersonId == ada.Id)
            .OrderBy(row => row.Hash).Select(row => row.Hash).ToListAsync();
        return string.Join('|', person.PasswordHash, person.SecurityStamp, person.RecoveryCodesSavedAt,
            await database.Sessions.CountAsync(row => row.PersonId == ada.Id && row.EndedAt == null),
            await database.Grants.CountAsync(row => row.PersonId == ada.Id && row.RevokedAt == null),
            await database.SecondFactors.CountAsync(row => row.PersonId == ada.Id && row.Method != ProofMethod.Passkey),
            await database.TrustedDevices.CountAsync(row => row.PersonId == ada.Id),
            await database.Consents.CountAsync(row => row.PersonId == ada.Id),
            await database.MailedLinks.CountAsync(row => row.PersonId == ada.Id && row.UsedAt == null),
            await database.OutgoingMails.CountAsync(),
            await database.SecurityEvents.CountAsync(row => row.PersonId == ada.Id),
            string.Concat(codes.Select(Convert.ToHexString)));
    }
}
