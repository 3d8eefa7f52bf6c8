using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Operations;
using Sso.Delivery.Mail;
using Sso.Server.Tests.Commands;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Account;

/// <summary>
/// What an operator does to an account at the command line: it stops whoever was at work there, and the owner hears of it.
/// </summary>
public sealed class OperatorChangesTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    private const string NewPassword = "tutta un'altra frase";

    private string[] Settings =>
    [
        $"--Database:Provider={server.Database.Provider}", $"--Database:ConnectionString={server.Database.ConnectionString}",
        $"--Secrets:PassphraseFile={Path.Combine(server.Database.Folder, "passphrase")}", $"--Sso:Issuer={SsoServer.Issuer}",
    ];

    /// <summary>What a command needs that writes a mail.</summary>
    private static string[] Mails => ["--Mail:Host=relay.example", "--Mail:From=login@example.it", "--SignIn:TextMessages=false"];

    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [Spec("S80")]
    [InlineData("a new password")]
    [InlineData("disabled and enabled again")]
    public async Task Links_that_a_thief_asked_for_before_are_void(string act)
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var eve = $"eve-{ada.UserName}@example.it";
        var thief = server.OpenBrowser();
        await Journey.SignInAsync(thief, ada, "/account");
        await thief.SubmitAsync(await thief.GetAsync("/account/contacts/email"), ("Input.Email", eve));
        await server.PassAsync(TimeSpan.FromSeconds(1));
        await thief.SubmitAsync(await thief.GetAsync("/password/forgot"), ("Input.UserName", ada.UserName));
        var confirm = LinkIn(Assert.Single(await server.MailsToAsync(eve)));
        var reset = LinkIn((await ada.MailsAsync()).First(mail => mail.Text.Contains("/password/reset?", StringComparison.Ordinal)));

        if (act == "a new password")
        {
            await RunAsync(NewPassword, "user", "set-password", ada.UserName, "--password-stdin");
        }
        else
        {
            await RunAsync("", "user", "disable", ada.UserName);
            await RunAsync("", "user", "enable", ada.UserName);
        }

        var mailbox = server.OpenBrowser();
        Assert.Contains("non è più valido", (await mailbox.GetAsync(confirm)).Document.Title, StringComparison.Ordinal);
        Assert.Contains("non è più valido", (await mailbox.GetAsync(reset)).Document.Body!.TextContent, StringComparison.Ordinal);
        await using var database = server.OpenDatabase();
        Assert.Equal(ada.Email, (await database.Users.SingleAsync(person => person.Id == ada.Id)).Email);
    }

    [Fact]
    [Spec("S12")]
    public async Task The_owner_is_told_once_of_a_password_that_an_operator_gave()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        await RunAsync(NewPassword, "user", "set-password", ada.UserName, "--password-stdin");

        await server.KeepHouseAsync();
        await server.KeepHouseAsync();

        var mail = Assert.Single(await ada.MailsAsync());
        Assert.StartsWith("La tua password è stata cambiata", mail.Subject, StringComparison.Ordinal);
        Assert.Contains("il nostro servizio clienti", mail.Text, StringComparison.Ordinal);
        Assert.Contains("/not-me?link=", mail.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("S34")]
    public async Task A_lost_factor_is_removed_recorded_and_told_and_who_was_signed_in_is_out()
    {
        var ada = await (await (await server.AddPersonAsync("ada")).WithAppAsync()).WithPhoneAsync();
        var browser = server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), ada);
        await Journey.AppAsync(browser, await browser.SubmitAsync(page, ("Input.Method", "app")), ada);
        Assert.Equal("/account", (await browser.GetAsync("/account")).Path);
        var app = Assert.Single(await FactorsAsync(ada), factor => factor.GetProperty("method").GetString() == "authenticator-app");

        await RunAsync("", "user", "remove-factor", ada.UserName, app.GetProperty("id").GetString()!);

        Assert.Equal("/signin", (await browser.GetAsync("/account")).Path);
        Assert.Single(await FactorsAsync(ada));
        page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), ada);
        Assert.Equal("/signin/verify/sms", page.Path);
        await server.KeepHouseAsync();
        Assert.Contains("il nostro servizio clienti", Assert.Single(await ada.MailsAsync()).Text, StringComparison.Ordinal);
        await using var database = server.OpenDatabase();
        var recorded = await database.SecurityEvents.SingleAsync(
            row => row.PersonId == ada.Id && row.Kind == SecurityEventKind.PersonChanged);
        Assert.Equal("factor removed", recorded.Detail);
        Assert.Contains("AuthenticatorApp", recorded.Changes, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("S34")]
    public async Task With_the_last_factor_the_recovery_codes_go_and_the_next_sign_in_enrols()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var factor = Assert.Single(await FactorsAsync(ada));
        await RunAsync("", "user", "remove-factor", ada.UserName, factor.GetProperty("id").GetString()!);

        var browser = server.OpenBrowser();
        Assert.Equal("/signin/enrol", (await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), ada)).Path);
        await using var database = server.OpenDatabase();
        Assert.False(await database.RecoveryCodes.AnyAsync(row => row.PersonId == ada.Id));
    }

    [Fact]
    public async Task A_factor_that_is_not_theirs_is_refused_with_the_way_to_see_them()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var bo = await (await server.AddPersonAsync("bo")).WithAppAsync();
        var foreign = Assert.Single(await FactorsAsync(bo)).GetProperty("id").GetString()!;

        var refused = await CommandLine.RunOnAsync(Settings, "", "user", "remove-factor", ada.UserName, foreign);

        Assert.NotEqual(0, refused.Code);
        Assert.Contains($"sso user show {ada.UserName}", refused.Output + refused.Error, StringComparison.Ordinal);
        Assert.Single(await FactorsAsync(bo));
    }

    [Fact]
    [Spec("S79")]
    public async Task Whoever_is_signed_out_by_an_operator_is_out_in_every_browser_and_is_told()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        Assert.Equal("/account", (await Journey.SignInAsync(browser, ada, "/account")).Path);

        await RunAsync("", "user", "sign-out", ada.UserName);

        Assert.Equal("/signin", (await browser.GetAsync("/account")).Path);
        await server.KeepHouseAsync();
        Assert.Contains("il nostro servizio clienti", Assert.Single(await ada.MailsAsync()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_link_that_an_operator_sends_reaches_the_confirmed_address_and_opens()
    {
        var ada = await server.AddPersonAsync("ada");

        Assert.Equal(0, (await SendLinkAsync(ada.UserName, Mails)).Code);

        var mail = Assert.Single(await ada.MailsAsync());
        Assert.Contains("il nostro servizio clienti", mail.Text, StringComparison.Ordinal);
        Assert.Equal("/password/reset", (await server.OpenBrowser().GetAsync(LinkIn(mail))).Path);
    }

    [Fact]
    public async Task A_password_link_to_nobody_or_to_an_address_that_is_not_confirmed_is_refused()
    {
        var ada = await server.AddPersonAsync("ada", person => person.EmailConfirmed = false);

        var (unconfirmed, nobody) = (await SendLinkAsync(ada.UserName, Mails), await SendLinkAsync("nobody-at-all", Mails));

        Assert.Equal((1, 1), (unconfirmed.Code, nobody.Code));
        Assert.Contains("no confirmed address", unconfirmed.Error, StringComparison.Ordinal);
        Assert.Empty(await ada.MailsAsync());
    }

    /// <summary>A server with these settings would not start, so the mail would wait for nobody.</summary>
    [Fact]
    public async Task Without_a_relay_no_password_link_is_written_and_the_setting_is_named()
    {
        var ada = await server.AddPersonAsync("ada");

        var refused = await SendLinkAsync(ada.UserName, []);

        Assert.Equal(2, refused.Code);
        Assert.Contains("Mail:Host", refused.Error, StringComparison.Ordinal);
        Assert.Empty(await ada.MailsAsync());
    }

    private Task<CommandResult> SendLinkAsync(string who, string[] mails) =>
        CommandLine.RunOnAsync(server.Clock, [.. Settings, .. mails], "", "user", "send-password-link", who);

    private async Task<CommandResult> RunAsync(string input, params string[] command)
    {
        var result = await CommandLine.RunOnAsync(Settings, input, [.. command, "--json"]);
        Assert.True(result.Code == 0, result.Output + result.Error);
        return result;
    }

    private async Task<IReadOnlyList<JsonElement>> FactorsAsync(Customer customer) =>
        [.. (await RunAsync("", "user", "show", customer.UserName)).Json.GetProperty("second_factors").EnumerateArray()];

    private static string LinkIn(MailMessage mail) =>
        mail.Text.Split('\n').Single(line => line.StartsWith("https://", StringComparison.Ordinal));
}
