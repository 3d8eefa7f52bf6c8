using System.Data.Common;
using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data.Operations;
using Sso.Data.Secrets;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Account;

/// <summary>What a person may take along, and how they go.</summary>
public sealed class OwnDeletionTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    private static readonly TimeSpan Wait = TimeSpan.FromDays(14);

    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task The_file_holds_what_is_known_and_no_secret_and_its_owner_is_told()
    {
        var shop = await server.RegisterAsync("shop");
        var ada = await (await (await server.AddPersonAsync("ada", person => person.GivenName = "Adà")).WithAppAsync()).WithPhoneAsync();
        var browser = await SignedInAsync(ada);
        await shop.RedeemAsync((await browser.GetAsync(shop.AuthorizeUrl())).Code);

        var file = await browser.SubmitAsync(await browser.GetAsync("/account/data"), "download", []);

        Assert.Contains("attachment", file.Headers["Content-Disposition"], StringComparison.Ordinal);
        Assert.Contains("no-store", file.Headers["Cache-Control"], StringComparison.Ordinal);
        using var json = System.Text.Json.JsonDocument.Parse(file.Text);
        var root = json.RootElement;
        Assert.Equal(ada.Subject, root.GetProperty("profile").GetProperty("subject").GetString());
        Assert.Equal("Adà", root.GetProperty("profile").GetProperty("claims").GetProperty("given_name").GetString());
        Assert.Contains("Adà", file.Text, StringComparison.Ordinal);
        Assert.Equal("+393331234567", root.GetProperty("methods")[1].GetProperty("number").GetString());
        Assert.Equal(shop.Id, root.GetProperty("applications")[0].GetProperty("client_id").GetString());
        Assert.True(root.GetProperty("sessions").GetArrayLength() > 0);
        Assert.Contains(root.GetProperty("activity").EnumerateArray(), line => line.GetProperty("what").GetString() == "SignedIn");
        await using var database = server.OpenDatabase();
        var app = await database.SecondFactors.OrderBy(row => row.Id).FirstAsync(row => row.PersonId == ada.Id);
        var seed = server.App.Services.GetRequiredService<Sealer>().Unprotect(app.Context, app.Protected)!;
        foreach (var secret in (string[])
        [
            Convert.ToBase64String(seed), Sso.Data.Factors.Base32.Encode(seed),
            SsoServer.HashOfPassword, "argon2", "secret", "protected", "hash",
        ])
        {
            Assert.DoesNotContain(secret, file.Text, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Contains(
            await ada.MailsAsync(), mail => mail.Subject.StartsWith("I tuoi dati sono stati scaricati", StringComparison.Ordinal));
        Assert.True(await database.SecurityEvents.AnyAsync(item => item.Kind == SecurityEventKind.DataExported && item.PersonId == ada.Id));
    }

    [Theory]
    [InlineData("/account/data", "download")]
    [InlineData("/account/data/delete", null)]
    public async Task Six_minutes_after_the_proof_it_is_asked_again(string path, string? form)
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = await SignedInAsync(ada);
        var page = await browser.GetAsync(path);
        Assert.Equal(path, page.Path);
        await server.PassAsync(TimeSpan.FromMinutes(6));
        Assert.Equal("/signin", (await browser.SubmitAsync(page, form, [])).Path);
        await using var database = server.OpenDatabase();
        Assert.Empty(database.AccountDeletions.Where(row => row.PersonId == ada.Id));
    }

    [Fact]
    public async Task The_wish_needs_the_typed_name_ends_all_else_and_is_told_on_every_channel()
    {
        var (shop, ada) =
            (await server.RegisterAsync("shop"), await (await (await server.AddPersonAsync("ada")).WithAppAsync()).WithPhoneAsync());
        var elsewhere = await SignedInAsync(ada);
        var tokens = await shop.RedeemAsync((await elsewhere.GetAsync(shop.AuthorizeUrl(("scope", "openid offline_access")))).Code);
        var browser = await SignedInAsync(ada);
        var page = await browser.GetAsync("/account/data/delete");
        Assert.Contains("14 giorni", Words(page), StringComparison.Ordinal);
        var refused = await browser.SubmitAsync(page, ("Input.UserName", "somebody"));
        Assert.Contains("non è il tuo nome utente", Words(refused), StringComparison.Ordinal);

        page = await browser.SubmitAsync(page, ("Input.UserName", $" {ada.UserName.ToUpperInvariant()} "));

        Assert.Equal("/account/data", page.Path);
        Assert.Contains("sarà cancellato il " + Day(Wait), Words(page), StringComparison.Ordinal);
        Assert.Contains("sarà cancellato il " + Day(Wait), Words(await browser.GetAsync("/account")), StringComparison.Ordinal);
        Assert.Equal("/signin", (await elsewhere.GetAsync("/account")).Path);
        Assert.Equal("invalid_grant", (await shop.RefreshAsync(tokens.RefreshToken)).Error);
        var mail = Assert.Single(
            await ada.MailsAsync(), sent => sent.Subject.StartsWith("Il tuo account sarà cancellato", StringComparison.Ordinal));
        Assert.Contains(
            (server.Clock.GetUtcNow() + Wait).ToLocalTime().ToString("d MMMM yyyy", CultureInfo.GetCultureInfo("it")),
            mail.Text, StringComparison.Ordinal);
        await using var database = server.OpenDatabase();
        Assert.Single(await database.OutgoingTexts.Where(text => text.PersonId == ada.Id).ToListAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Until_then_it_is_called_off_by_mail_or_after_a_sign_in(bool byMail)
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        await AskAsync(ada);
        await server.PassAsync(Wait - TimeSpan.FromMinutes(1));
        var browser = byMail ? server.OpenBrowser() : await SignedInAsync(ada);
        var page = await browser.GetAsync(byMail ? await KeepLinkAsync(ada) : "/account/data");
        page = byMail ? await browser.SubmitAsync(page) : await browser.SubmitAsync(page, "keep", []);
        Assert.Contains("Il tuo account resta", Words(page), StringComparison.Ordinal);

        await server.PassAsync(TimeSpan.FromDays(1));
        await server.KeepHouseAsync();

        Assert.Equal("/account", (await Journey.SignInAsync(server.OpenBrowser(), ada, "/account")).Path);
        Assert.Contains(await ada.MailsAsync(), mail => mail.Subject.StartsWith("Il tuo account resta", StringComparison.Ordinal));
        Assert.Contains("non è più valido", Words(await browser.GetAsync(await KeepLinkAsync(ada))), StringComparison.Ordinal);
    }

    [Fact]
    [Spec("S139")]
    [Spec("S134")]
    public async Task When_the_time_is_up_nothing_names_the_person_and_the_audit_still_holds()
    {
        var shop = await server.RegisterAsync("shop", client => client.ConsentRequired = true);
        var di = await (await (await server.AddPersonAsync("di", person => person.FamilyName = "Rarissimi")).WithAppAsync())
            .WithPhoneAsync();
        var browser = await SignedInAsync(di);
        await browser.SubmitAsync(await browser.GetAsync(shop.AuthorizeUrl()));
        await AskAsync(di, browser);
        await using var second = await server.StartSecondNodeAsync();
        await server.PassAsync(Wait);
        await Task.WhenAll(server.KeepHouseAsync(), second.KeepHouseAsync());

        Assert.Single(
            await di.MailsAsync(), mail => mail.Subject.StartsWith("Il tuo account è stato cancellato", StringComparison.Ordinal));
        Assert.Equal("/signin", (await browser.GetAsync("/account")).Path);
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), di);
        Assert.Equal("/signin", page.Path);
        foreach (var trace in (string[])[di.UserName, "Rarissimi", "3331234567"])
        {
            Assert.Empty(await TablesWithAsync(Encoding.UTF8.GetBytes(trace)));
        }

        Assert.Equal(["SecurityEvents"], await TablesWithAsync(di.Id.ToByteArray(bigEndian: true)));
        await using var database = server.OpenDatabase();
        Assert.Empty(await database.SecurityEvents.Where(item => item.PersonId == di.Id && item.Address != null).ToListAsync());
        Assert.True(await database.SecurityEvents.AnyAsync(item => item.PersonId == di.Id && item.Kind == SecurityEventKind.PersonDeleted));
        await server.App.Services.GetRequiredService<AuditChain>().SealAsync(CancellationToken.None);
        var findings = await server.App.Services.GetRequiredService<AuditVerification>().RunAsync(20, CancellationToken.None);
        Assert.True(findings.IsSound);
    }

    /// <summary>Whether a column of the database holds these bytes, as a value or within one.</summary>
    private async Task<List<string>> TablesWithAsync(byte[] wanted)
    {
        await using var database = server.OpenDatabase();
        await database.Database.OpenConnectionAsync();
        var found = new List<string>();
        foreach (var table in database.Model.GetEntityTypes().Select(type => type.GetTableName()!).Distinct().Order(StringComparer.Ordinal))
        {
            await using var command = database.Database.GetDbConnection().CreateCommand();
            command.CommandText = $"SELECT * FROM \"{table}\"";
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                if (Enumerable.Range(0, reader.FieldCount).Any(column => Holds(reader, column, wanted)))
                {
                    found.Add(table);
                    break;
                }
            }
        }

        return found;
    }

    private static bool Holds(DbDataReader reader, int column, byte[] wanted)
    {
        var bytes = reader.GetValue(column) switch
        {
            byte[] value => value,
            string[] values => Encoding.UTF8.GetBytes(string.Join(' ', values)),
            string value => Encoding.UTF8.GetBytes(value),
            _ => [],
        };
        return bytes.AsSpan().IndexOf(wanted) >= 0;
    }

    private async Task<Browser> SignedInAsync(Customer customer)
    {
        var browser = server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), customer);
        await Journey.AppAsync(browser, await browser.GetAsync("/signin/verify/app" + page.Url.Query), customer);
        return browser;
    }

    private async Task AskAsync(Customer customer, Browser? browser = null)
    {
        browser ??= await SignedInAsync(customer);
        var page = await browser.GetAsync("/account/data/delete");
        Assert.Equal("/account/data", (await browser.SubmitAsync(page, ("Input.UserName", customer.UserName))).Path);
    }

    private static async Task<string> KeepLinkAsync(Customer customer) => (await customer.MailsAsync())
        .SelectMany(mail => mail.Text.Split('\n'))
        .First(line => line.StartsWith(SsoServer.Issuer + "/account/keep?", StringComparison.Ordinal));

    private string Day(TimeSpan ahead) => (server.Clock.GetUtcNow() + ahead).ToString("dd/MM/yyyy", CultureInfo.InvariantCulture);

    private static string Words(Page page) => page.Document.QuerySelector("main")!.TextContent;
}
