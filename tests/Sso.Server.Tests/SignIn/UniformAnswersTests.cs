using System.Text.RegularExpressions;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.SignIn;

/// <summary>To somebody without the password every account and no account look the same: status, headers, cookies and page.</summary>
[Spec("S64")]
[OneDatabase]
public sealed partial class UniformAnswersTests(SsoServer server) : IClassFixture<SsoServer>
{
    private static int _visitors;

    public static TheoryData<string> Accounts =>
        [
            "wrong password", "disabled", "unconfirmed", "unconfirmed, by its address", "passkey only", "password-less", "to be deleted",
            "not enrolled",
        ];

    [Theory]
    [MemberData(nameof(Accounts))]
    public async Task A_wrong_password_is_answered_as_for_nobody(string account)
    {
        var (name, nobody) = (await NameAsync(account), NewNobody());
        Assert.Equal(await AnswerAsync(nobody), await AnswerAsync(name));
    }

    [Theory]
    [MemberData(nameof(Accounts))]
    public async Task After_five_failures_each_of_them_waits_as_nobody_does(string account)
    {
        var (name, nobody) = (await NameAsync(account), NewNobody());
        for (var failure = 0; failure < 5; failure++)
        {
            await AnswerAsync(nobody);
            await AnswerAsync(name);
        }

        var answer = await AnswerAsync(nobody);
        Assert.Contains("/signin/blocked", answer, StringComparison.Ordinal);
        Assert.Equal(answer, await AnswerAsync(name));
    }

    private async Task<string> NameAsync(string account)
    {
        var now = server.Clock.GetUtcNow();
        switch (account)
        {
            case "disabled":
                return (await server.AddPersonAsync("ed", person => person.Disable(now))).UserName;
            case "unconfirmed":
                return (await server.AddPersonAsync("una", person => person.EmailConfirmed = false)).UserName;
            case "unconfirmed, by its address":
                return (await server.AddPersonAsync("una", person => person.EmailConfirmed = false)).Email;
            case "passkey only":
                var cy = await server.AddPersonAsync("cy");
                await AddPasskeyAsync(cy);
                await using (var database = server.OpenDatabase())
                {
                    database.Users.Single(person => person.Id == cy.Id).PasswordHash = null;
                    await database.SaveChangesAsync();
                }

                return cy.UserName;
            case "password-less":
                return (await server.AddPersonAsync("pia", person => person.PasswordHash = null)).UserName;
            case "to be deleted":
                var gia = await (await server.AddPersonAsync("gia")).WithAppAsync();
                var browser = server.OpenBrowser();
                await Journey.SignInAsync(browser, gia, "/account");
                await browser.SubmitAsync(await browser.GetAsync("/account/data/delete"), ("Input.UserName", gia.UserName));
                return gia.UserName;
            case "not enrolled":
                return (await server.AddPersonAsync("flo")).UserName;
            default:
                return (await (await server.AddPersonAsync("ada")).WithAppAsync()).UserName;
        }
    }

    private async Task AddPasskeyAsync(Customer customer)
    {
        var browser = server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), customer);
        page = await browser.GetAsync("/account/mfa/passkey" + page.Url.Query);
        using var passkey = new SoftwarePasskey();
        page = await browser.SubmitAsync(page, passkey.Create(page));
        await browser.SubmitAsync(page, ("Input.Code", page.Document.QuerySelector("ol.codes li")!.TextContent.Trim()));
    }

    private static string NewNobody() => $"nobody{Interlocked.Increment(ref _visitors)}";

    /// <summary>Everything that was sent after the form, without what is random, was typed or is the time.</summary>
    private async Task<string> AnswerAsync(string name)
    {
        var browser = server.OpenBrowser();
        // Failures of one address are counted together.
        browser.Address = $"192.0.2.{Interlocked.Increment(ref _visitors) % 250}";
        var page = await browser.GetAsync("/account");
        var sent = new List<string>();
        browser.Watch = (answer, text) =>
        {
            var headers = answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key is not ("Date" or "Content-Length"))
                .SelectMany(header => header.Value, (header, value) => $"{header.Key}: {value}").Order(StringComparer.Ordinal);
            sent.Add($"{(int)answer.StatusCode} {answer.RequestMessage!.RequestUri!.AbsolutePath}\n{string.Join('\n', headers)}\n{text}");
        };
        await browser.SubmitAsync(page, ("Input.UserName", name), ("Input.Password", "questa non è la password"));
        return Random().Replace(string.Join('\n', sent), "(random)").Replace(name, "(name)", StringComparison.Ordinal);
    }

    [GeneratedRegex("[A-Za-z0-9_-]{16,}(?:%3D)*", RegexOptions.CultureInvariant)]
    private static partial Regex Random();
}
