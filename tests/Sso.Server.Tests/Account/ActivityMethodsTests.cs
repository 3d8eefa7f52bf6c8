using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Factors;
using Sso.Data.Operations;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Account;

/// <summary>A sign-in is listed under the method by which it was made, and the record holds the methods themselves.</summary>
[Spec("S59")]
public sealed partial class ActivityMethodsTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(ProofMethod.Password, "0", "Password")]
    [InlineData(ProofMethod.AuthenticatorApp, "0 1", "App Authenticator")]
    [InlineData(ProofMethod.TextMessage, "0 2", "SMS Verificato")]
    [InlineData(ProofMethod.RecoveryCode, "0 3", "Codici di recupero")]
    [InlineData(ProofMethod.Passkey, "4", "Passkey")]
    [InlineData(ProofMethod.MailCode, "0 6", "Codice via e\u2011mail")]
    [InlineData(ProofMethod.TrustedDevice, "0 5", "Password")]
    public async Task Each_method_is_named_as_what_it_is(ProofMethod method, string stored, string shown)
    {
        var shop = await server.RegisterAsync("negozio", client =>
        {
            client.SecondFactor = method == ProofMethod.Password ? SecondFactorPolicy.None : SecondFactorPolicy.Required;
            (client.AcceptsMailCodes, client.AcceptsTrustedDevices) = (method == ProofMethod.MailCode, true);
        });
        using var passkey = new SoftwarePasskey();
        var person = await SignInAsync(method, shop, passkey);

        await using var database = server.OpenDatabase();
        var item = await database.SecurityEvents
            .Where(row => row.PersonId == person.Id && row.Kind == SecurityEventKind.SignedIn && row.ClientId == shop.Id)
            .OrderByDescending(row => row.Id).FirstAsync();
        Assert.Equal((stored, null), (item.Methods?.Stored, item.Detail));
        Assert.EndsWith(shown, await ListedAsync(person), StringComparison.Ordinal);
    }

    private async Task<Customer> SignInAsync(ProofMethod method, RelyingParty shop, SoftwarePasskey passkey)
    {
        var person = await server.AddPersonAsync("ada");
        var browser = server.OpenBrowser();
        switch (method)
        {
            case ProofMethod.AuthenticatorApp:
                await shop.SignInAsync(browser, await person.WithAppAsync());
                break;
            case ProofMethod.TextMessage:
                await shop.SignInAsync(browser, await person.WithPhoneAsync());
                break;
            case ProofMethod.RecoveryCode:
                await person.WithAppAsync();
                var code = await AddRecoveryCodeAsync(person);
                var asked = await Journey.PasswordAsync(browser, await browser.GetAsync(shop.AuthorizeUrl()), person);
                await browser.SubmitAsync(await browser.GetAsync("/signin/verify/recovery" + asked.Url.Query), ("Input.Code", code));
                break;
            case ProofMethod.Passkey:
                await AddPasskeyAsync(person, passkey);
                var page = await browser.GetAsync(shop.AuthorizeUrl());
                await browser.SubmitAsync(page, passkey.Get(page));
                break;
            case ProofMethod.MailCode:
                var mailed = await Journey.PasswordAsync(browser, await browser.GetAsync(shop.AuthorizeUrl()), person);
                await browser.SubmitAsync(mailed, ("Input.Code", SixDigits().Match((await person.MailsAsync())[0].Text).Value));
                break;
            case ProofMethod.TrustedDevice:
                await person.WithAppAsync();
                var challenge = await Journey.PasswordAsync(browser, await browser.GetAsync(shop.AuthorizeUrl()), person);
                await browser.SubmitAsync(challenge, ("Input.Code", await server.AppCodeAsync(person.Id)), ("Input.Trust", "true"));
                browser.SetCookie("__Host-sso-session", "");
                await server.PassAsync(TimeSpan.FromSeconds(1));
                await Journey.PasswordAsync(browser, await browser.GetAsync(shop.AuthorizeUrl()), person);
                break;
            default:
                await Journey.PasswordAsync(browser, await browser.GetAsync(shop.AuthorizeUrl()), person);
                break;
        }

        return person;
    }

    /// <summary>The methods of the latest sign-in to the application, as the owner reads them.</summary>
    private async Task<string> ListedAsync(Customer person)
    {
        await using (var database = server.OpenDatabase())
        {
            // Whatever this sign-in was made with, the owner comes to the account area with an app.
            await database.SecondFactors.Where(factor => factor.PersonId == person.Id).ExecuteDeleteAsync();
        }

        await person.WithAppAsync();
        await server.PassAsync(TimeSpan.FromSeconds(60));
        var browser = server.OpenBrowser();
        await Journey.SignInAsync(browser, person, "/account");
        var line = (await browser.GetAsync("/account/activity")).Document.QuerySelectorAll(".what")
            .First(line => line.QuerySelector("b")!.TextContent == "Accesso a negozio");
        return line.QuerySelector("small")!.TextContent.Split(" · ")[0];
    }

    private async Task<string> AddRecoveryCodeAsync(Customer person)
    {
        var code = new string('A', 12) + new string('B', 12);
        await using var database = server.OpenDatabase();
        database.RecoveryCodes.Add(new RecoveryCode
        {
            Hash = SHA256.HashData([.. person.Id.ToByteArray(bigEndian: true), .. Encoding.ASCII.GetBytes(code)]),
            PersonId = person.Id,
            CreatedAt = server.Clock.GetUtcNow(),
        });
        await database.SaveChangesAsync();
        return code;
    }

    private async Task AddPasskeyAsync(Customer person, SoftwarePasskey passkey)
    {
        var browser = server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), person);
        page = await browser.GetAsync("/account/mfa/passkey" + page.Url.Query);
        Assert.Equal("/account/mfa/recovery-codes", (await browser.SubmitAsync(page, passkey.Create(page))).Path);
        await using var database = server.OpenDatabase();
        await database.Users.Where(row => row.Id == person.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.RecoveryCodesSavedAt, server.Clock.GetUtcNow()));
    }

    [GeneratedRegex(@"\b[0-9]{6}\b")]
    private static partial Regex SixDigits();
}
