using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Limits;
using Sso.Data.Operations;
using Sso.Protocol.Clients;
using Sso.Server.Tests.Commands;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Operations;

/// <summary>One of each, and what the record then says.</summary>
[Spec("S131")]
public sealed class SecurityEventsTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    private static readonly Dictionary<string, (Func<SsoServer, Task> Do, string[] Events)> Table = new()
    {
        ["a sign-in with an app"] =
            (SignInAsync, ["PasswordProved", "SecondFactorProved AuthenticatorApp", "SignedIn Password AuthenticatorApp"]),
        ["a name that nobody has"] = (server => TryAsync(server, "nobody", "x"), ["PasswordFailed: unknown name"]),
        ["a wrong password"] =
            (async server => await TryAsync(server, (await server.AddPersonAsync("ada")).UserName, "x"), ["PasswordFailed: wrong"]),
        ["a disabled person"] = (DisabledAsync, ["PasswordFailed: disabled"]),
        ["a wrong code"] = (server => CodesAsync(server, _ => Task.FromResult("000000")),
            ["PasswordProved", "SecondFactorFailed AuthenticatorApp: wrong"]),
        ["a code that was used"] = (UsedCodeAsync, ["PasswordProved", "SecondFactorFailed AuthenticatorApp: used before"]),
        ["a forgotten password"] = (ForgottenAsync, ["PasswordResetRequested"]),
        ["consent"] = (server => ConsentAsync(server, allow: true), ["ConsentGiven email openid profile"]),
        ["no consent"] = (server => ConsentAsync(server, allow: false), ["ConsentRefused email openid profile"]),
        ["a wrong client secret"] = (WrongSecretAsync, ["ClientRefused: wrong secret"]),
        ["an unknown client"] = (UnknownClientAsync, ["ClientRefused: unknown client"]),
        ["a code of nobody"] = (
            async server => await (await server.RegisterAsync("shop")).RedeemAsync("x"),
            ["GrantRefused authorization_code: not a code of ours, or past its life"]),
        ["a refresh token of nobody"] = (
            async server => await (await server.RegisterAsync("shop")).RefreshAsync("x"),
            ["GrantRefused refresh_token: not a refresh token of ours, or past its life"]),
        ["a code used twice"] = (TwiceAsync, ["CodeReused", "GrantRefused authorization_code: used before"]),
        ["a sign-out"] = (SignOutAsync, ["SignedOut"]),
        ["a client added and removed"] = (ClientAsync, ["ClientChanged added", "ClientChanged removed"]),
        ["a person added, read, disabled, enabled, unlocked"] = (
            PersonAsync,
            [
                "PersonChanged added", "PersonRead", "PersonRead list",
                "PersonChanged disabled", "PersonChanged enabled", "PersonChanged unlocked",
            ]),
        ["keys rotated"] = (server => CommandAsync(server, "", "key", "rotate"), ["KeysRotated by an operator"]),
        ["a key revoked"] = (RevokeKeyAsync, ["KeyRevoked ES384"]),
    };

    public static TheoryData<string> Situations => [.. Table.Keys];

    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [MemberData(nameof(Situations))]
    public async Task Each_success_and_each_failure_is_one_event(string situation)
    {
        var (perform, expected) = Table[situation];
        var before = (await EventsAsync()).Select(item => item.Id).ToHashSet();
        await perform(server);

        // Steps on the way there (a sign-in before a consent) have rows of their own in the table.
        var events = (await EventsAsync()).Where(item => !before.Contains(item.Id)).ToList();
        Assert.Equal(expected.Order(), events.Select(Text).Where(text => expected.Any(other => Kind(other) == Kind(text))).Order());
        Assert.All(events, item => Assert.False(string.IsNullOrEmpty(item.Node)));
        Assert.All(events.Where(item => item.RequestId is null), item => Assert.Matches("^(command:.+|server)$", item.Actor!));
        Assert.All(events.Where(item => item.RequestId is not null), item => Assert.Null(item.Actor));
    }

    [Fact]
    public async Task The_changes_of_a_client_are_told_before_and_after_and_without_its_secret()
    {
        var name = $"told{Guid.CreateVersion7():N}";
        await CommandAsync(
            server, "", "client", "add", name, "--name", "Told", "--type", "web", "--redirect-uri", "https://told.example/cb");
        await CommandAsync(server, "", "client", "remove", name);

        var changes = (await EventsAsync()).Where(item => item.ClientId == name)
            .Select(item => JsonDocument.Parse(item.Changes!).RootElement).ToList();

        Assert.Equal(JsonValueKind.Null, changes[0].GetProperty("before").ValueKind);
        Assert.Equal("https://told.example/cb", changes[0].GetProperty("after").GetProperty("redirect_uris")[0].GetString());
        Assert.Equal("Told", changes[1].GetProperty("before").GetProperty("name").GetString());
        Assert.All(changes, change => Assert.DoesNotContain("secret_hash", change.GetRawText(), StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task What_is_recorded_of_people_names_nobody()
    {
        await PersonAsync(server);

        var recorded = string.Join('\n', (await EventsAsync())
            .Where(item => item.Kind is SecurityEventKind.PersonChanged or SecurityEventKind.PersonRead)
            .Select(item => $"{item.Detail} {item.Changes}"));

        Assert.Contains("disabled_at", recorded, StringComparison.Ordinal);
        Assert.DoesNotContain("@", recorded, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ten_refusals_of_one_client_and_address_in_a_minute_are_written()
    {
        var shop = await server.RegisterAsync("shop");
        for (var index = 0; index < 14; index++)
        {
            await shop.RedeemAsync("x");
        }

        Assert.Equal(10, (await EventsAsync()).Count(item => item.ClientId == shop.Id));
    }

    private static string Text(SecurityEvent item) =>
        string.Join(' ', (string?[])[item.Kind.ToString(), .. EventFacts.Of(item).Methods.Select(method => method.ToString()), item.Detail])
            .TrimEnd() + (item.Reason is { } reason ? ": " + reason : "");

    private static string Kind(string text) => text.Split(' ', ':')[0];

    private async Task<List<SecurityEvent>> EventsAsync()
    {
        await using var database = server.OpenDatabase();
        return await database.SecurityEvents.AsNoTracking().OrderBy(item => item.At).ThenBy(item => item.Id).ToListAsync();
    }

    private static async Task SignInAsync(SsoServer server) =>
        await (await server.RegisterAsync("shop"))
            .SignInAsync(server.OpenBrowser(), await (await server.AddPersonAsync("ada")).WithAppAsync());

    private static async Task<Page> TryAsync(SsoServer server, string name, string password)
    {
        var browser = server.OpenBrowser();
        return await browser.SubmitAsync(await browser.GetAsync("/account"), ("Input.UserName", name), ("Input.Password", password));
    }

    private static async Task DisabledAsync(SsoServer server) =>
        await TryAsync(
            server, (await server.AddPersonAsync("ed", person => person.Disable(server.Clock.GetUtcNow()))).UserName, SsoServer.Password);

    private static async Task CodesAsync(SsoServer server, Func<Customer, Task<string>> code, Customer? customer = null)
    {
        customer ??= await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), customer);
        await browser.SubmitAsync(page, ("Input.Code", await code(customer)));
    }

    private static async Task UsedCodeAsync(SsoServer server)
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        await using (var database = server.OpenDatabase())
        {
            await database.SecondFactors.Where(factor => factor.PersonId == ada.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(factor => factor.LastStep, server.Clock.GetUtcNow().ToUnixTimeSeconds() / 30));
        }

        await CodesAsync(server, customer => server.AppCodeAsync(customer.Id), ada);
    }

    private static async Task ForgottenAsync(SsoServer server)
    {
        var browser = server.OpenBrowser();
        await browser.SubmitAsync(
            await browser.GetAsync("/password/forgot"), ("Input.UserName", (await server.AddPersonAsync("ada")).Email));
    }

    private static async Task ConsentAsync(SsoServer server, bool allow)
    {
        var shop = await server.RegisterAsync("shop", registration => registration.ConsentRequired = true);
        var (browser, ada) = (server.OpenBrowser(), await (await server.AddPersonAsync("ada")).WithAppAsync());
        await Journey.SignInAsync(browser, ada, "/account");
        var page = await browser.GetAsync(shop.AuthorizeUrl());
        await (allow ? browser.SubmitAsync(page) : browser.PostAsync(
            page.Url.PathAndQuery + "&handler=Cancel", [KeyValuePair.Create("__RequestVerificationToken", Token(page))]));
    }

    private static string Token(Page page) => page.Document.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!;

    private static async Task WrongSecretAsync(SsoServer server)
    {
        var shop = await server.RegisterAsync("shop", client => client.AuthenticationMethod = ClientAuthenticationMethod.ClientSecretPost);
        await server.Backchannel().PostAsync("/connect/token", new FormUrlEncodedContent(
            [
                KeyValuePair.Create("grant_type", "authorization_code"),
                KeyValuePair.Create("client_id", shop.Id), KeyValuePair.Create("client_secret", "wrong"),
            ]));
    }

    private static Task<HttpResponseMessage> UnknownClientAsync(SsoServer server) =>
        server.Backchannel().PostAsync("/connect/token", new FormUrlEncodedContent(
            [
                KeyValuePair.Create("grant_type", "authorization_code"),
                KeyValuePair.Create("client_id", "ssocs_a_secret_in_the_wrong_field"),
            ]));

    private static async Task TwiceAsync(SsoServer server)
    {
        var shop = await server.RegisterAsync("shop");
        var page = await shop.SignInAsync(server.OpenBrowser(), await (await server.AddPersonAsync("ada")).WithAppAsync());
        await shop.RedeemAsync(page.Code);
        await shop.RedeemAsync(page.Code);
    }

    private static async Task SignOutAsync(SsoServer server)
    {
        var (browser, ada) = (server.OpenBrowser(), await (await server.AddPersonAsync("ada")).WithAppAsync());
        await Journey.SignInAsync(browser, ada, "/account");
        await browser.SubmitAsync(await browser.GetAsync("/signout"));
    }

    private static async Task ClientAsync(SsoServer server)
    {
        await CommandAsync(
            server, "", "client", "add", "made", "--name", "Made", "--type", "web", "--redirect-uri", "https://made.example/cb");
        await CommandAsync(server, "", "client", "remove", "made");
    }

    private static async Task RevokeKeyAsync(SsoServer server)
    {
        await using var database = server.OpenDatabase();
        await CommandAsync(server, "", "key", "revoke", (await database.SigningKeys.FirstAsync(key => key.Algorithm == "ES384")).Id);
    }

    private static async Task PersonAsync(SsoServer server)
    {
        var name = $"persona{Guid.CreateVersion7():N}";
        await CommandAsync(server, "limone barca stella\n", "user", "add", name, "--email", $"{name}@example.it", "--password-stdin");
        await CommandAsync(server, "", "user", "show", name);
        await CommandAsync(server, "", "user", "list");
        await CommandAsync(server, "", "user", "disable", name);
        await CommandAsync(server, "", "user", "enable", name);
        await using (var database = server.OpenDatabase())
        {
            // A wrong password would be an event of its own.
            database.AttemptCounters.Add(new() { Key = LimitTable.Password.KeyOf(name.ToUpperInvariant()), Count = 1 });
            await database.SaveChangesAsync();
        }

        await CommandAsync(server, "", "user", "unlock", name);
    }

    private static async Task CommandAsync(SsoServer server, string input, params string[] arguments)
    {
        var result = await CommandLine.RunOnAsync(
            [
                $"--Database:Provider={server.Database.Provider}", $"--Database:ConnectionString={server.Database.ConnectionString}",
                $"--Secrets:PassphraseFile={Path.Combine(server.Database.Folder, "passphrase")}", $"--Sso:Issuer={SsoServer.Issuer}",
            ],
            input,
            arguments);
        Assert.True(result.Code == 0, result.Error);
    }
}
