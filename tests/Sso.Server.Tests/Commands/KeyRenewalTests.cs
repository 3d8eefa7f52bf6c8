using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Sso.Server.Operations;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Commands;

/// <summary><c>sso key renew</c>, for the day on which a key may have been seen.</summary>
[Spec("A34")]
public sealed class KeyRenewalTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    public async Task It_ends_sessions_tokens_trusted_devices_and_mailed_links_and_leaves_passwords_and_factors()
    {
        var shop = await server.RegisterAsync("shop");
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(browser, ada, ("scope", "openid offline_access"))).Code);
        var code = (await browser.GetAsync(shop.AuthorizeUrl())).Code;
        var flow = (await browser.GetAsync(shop.AuthorizeUrl(("prompt", "login")))).Url.PathAndQuery;
        await browser.SubmitAsync(await browser.GetAsync("/password/forgot"), ("Input.UserName", ada.UserName));
        var link = (await ada.MailsAsync())[0].Text.Split('\n')
            .Single(line => line.Contains("/password/reset?link=", StringComparison.Ordinal));

        Assert.Equal(2, (await RunAsync("key", "renew")).Code);
        Assert.Equal("/account", (await browser.GetAsync("/account")).Path);
        var renewed = await RunAsync("key", "renew", "--yes", "--json");
        Assert.True(renewed.Code == 0, renewed.Error);
        Assert.Equal(
            [1, 1, 1], from name in (string[])["sessions", "grants", "mailed_links"] select renewed.Json.GetProperty(name).GetInt32());
        await server.ReloadAsync();

        Assert.Equal("/error", (await browser.GetAsync(flow)).Path);
        Assert.Equal("/signin", (await browser.GetAsync("/account")).Path);
        Assert.Equal("invalid_grant", (await shop.RedeemAsync(code)).Error);
        Assert.Equal("invalid_grant", (await shop.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await shop.UserInfoAsync(tokens.AccessToken)).Status);
        Assert.Null((await browser.GetAsync(link.Trim())).Document.QuerySelector("input[type=password]"));

        // What was protected at rest under the former keys still opens: the seed of the app is one of them.
        await server.PassAsync(TimeSpan.FromMinutes(2));
        var again = await shop.SignInAsync(server.OpenBrowser(), ada);
        Assert.NotNull((await shop.RedeemAsync(again.Code)).AccessToken);
        await using var database = server.OpenDatabase();
        Assert.True(
            await database.SecurityEvents.AnyAsync(row => row.Kind == Data.Operations.SecurityEventKind.KeysRotated
                && row.Detail == "secrets renewed"));
    }

    [Theory]
    [InlineData("10.0.0", true)]
    [InlineData("10.0.6", true)]
    [InlineData("10.0.7", false)]
    [InlineData("10.1.0", false)]
    public void A_data_protection_that_can_be_forged_is_refused_at_start(string version, bool refused) =>
        Assert.Equal(refused, RuntimeFloor.Refusal(Version.Parse(version)) is not null);

    [Fact]
    public void An_older_runtime_is_told_to_the_operator_only()
    {
        Assert.True(RuntimeFloor.IsOutdated(new(10, 0, 12)));
        Assert.False(RuntimeFloor.IsOutdated(new(10, 0, 13)));
        Assert.Equal(
            RuntimeFloor.IsOutdated(Environment.Version),
            server.Log.Lines.Any(line => line.Contains("known holes are closed", StringComparison.Ordinal)));
    }

    /// <summary>Whoever collects the logs of many machines looks for those that run an old one.</summary>
    [Fact]
    public void The_line_of_an_older_runtime_has_both_versions_as_fields()
    {
        var log = new FieldsOfLines();

        RuntimeFloor.Tell(log, new(10, 0, 12));

        var fields = Assert.Single(log.Lines);
        Assert.Equal(new Version(10, 0, 12), fields["Version"]);
        Assert.Equal(new Version(10, 0, 13), fields["Floor"]);
        Assert.Equal(1105, fields["EventId"]);
        Assert.Equal(RuntimeFloor.Warning(new(10, 0, 12)) + " Update it.", fields["Message"]);
    }

    private sealed class FieldsOfLines : ILogger
    {
        public List<Dictionary<string, object?>> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(new((IEnumerable<KeyValuePair<string, object?>>)state!)
            {
                ["EventId"] = eventId.Id,
                ["Message"] = formatter(state, exception),
            });
    }

    private Task<CommandResult> RunAsync(params string[] arguments) => CommandLine.RunOnAsync(
        [
            $"--Database:Provider={server.Database.Provider}", $"--Database:ConnectionString={server.Database.ConnectionString}",
            $"--Secrets:PassphraseFile={Path.Combine(server.Database.Folder, "passphrase")}", $"--Sso:Issuer={SsoServer.Issuer}",
        ],
        "",
        arguments);
}
