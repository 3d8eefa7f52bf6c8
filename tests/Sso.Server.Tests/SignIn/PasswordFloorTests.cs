using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Accounts.Passwords;
using Sso.Data.Clients;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.SignIn;

/// <summary>How long a password has to be: what the weakest door of the installation takes decides.</summary>
[Spec("S1")]
[OneDatabase]
public sealed class PasswordFloorTests : IAsyncLifetime
{
    private const string EightEmoji = "🍋🍊🍐🍎🍌🍉🍇🍓";
    private readonly SsoServer _server = new();

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("none")]
    [InlineData("when-enrolled")]
    [InlineData("grace")]
    [InlineData("trusted devices")]
    public async Task One_application_that_takes_the_password_alone_raises_the_floor_for_everybody(string door)
    {
        var link = await LinkAsync(await _server.AddPersonAsync("ada"));
        Assert.Equal(8, await ShownAsync(link));

        await _server.RegisterAsync("lenient", client => Open(client, door));

        Assert.Equal(15, await ShownAsync(link));
        Assert.Contains("almeno 15 caratteri", Problem(await SetAsync(link, "gattomarino bl")), StringComparison.Ordinal);
        Assert.Equal("/password/done", (await SetAsync(link, "gattomarino blu")).Path);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_disabled_application_and_one_for_machines_open_no_door(bool machine)
    {
        await _server.RegisterAsync("closed", client =>
        {
            client.SecondFactor = SecondFactorPolicy.None;
            client.GrantTypes = machine ? ["client_credentials"] : client.GrantTypes;
            client.DisabledAt = machine ? null : _server.Clock.GetUtcNow();
        });

        var link = await LinkAsync(await _server.AddPersonAsync("ada"));

        Assert.Equal("/password/done", (await SetAsync(link, EightEmoji)).Path);
    }

    [Fact]
    public async Task The_account_area_is_a_door_too()
    {
        await using var lenient = new SsoServer { Settings = { "--SignIn:AccountPolicy=when-enrolled" } };
        await lenient.InitializeAsync();
        await using var scope = lenient.App.Services.CreateAsyncScope();

        var policy = await scope.ServiceProvider.GetRequiredService<PasswordFloor>().ViewAsync(TestContext.Current.CancellationToken);

        Assert.Equal((15, true), (policy.Shortest, policy.AccountAreaTakesPasswordAlone));
    }

    [Fact]
    public async Task Characters_of_any_kind_count_once_and_128_pass()
    {
        var (ada, bo) = (await _server.AddPersonAsync("ada"), await _server.AddPersonAsync("bo"));
        var longest = string.Concat(Enumerable.Range(0, 32).Select(number => $"{number:d3} "))[..^1] + "x";

        Assert.Contains("almeno 8 caratteri", Problem(await SetAsync(await LinkAsync(ada), EightEmoji[..^2])), StringComparison.Ordinal);
        Assert.Equal("/password/done", (await SetAsync(await LinkAsync(ada), EightEmoji)).Path);
        Assert.Equal(128, longest.Length);
        Assert.Equal("/password/done", (await SetAsync(await LinkAsync(bo), longest)).Path);
    }

    [Fact]
    public async Task More_than_1024_bytes_are_refused_before_any_hash_is_run()
    {
        var ada = await _server.AddPersonAsync("ada");
        var link = await LinkAsync(ada);
        var browser = _server.OpenBrowser();
        var page = await browser.GetAsync("/account");
        // Whoever hashes from now on fails.
        _server.App.Services.GetRequiredService<PasswordLane>().Dispose();

        Assert.Contains("troppo lunga", Problem(await SetAsync(link, Long(1025))), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await Journey.PasswordAsync(browser, page, ada, Long(1025))).Status);
        Assert.Equal(HttpStatusCode.InternalServerError, (await Journey.PasswordAsync(browser, page, ada, Long(1024))).Status);
    }

    [Fact]
    [Spec("S7")]
    public async Task After_400_days_the_password_is_still_good()
    {
        var (shop, di) = (await _server.RegisterAsync("shop", client => client.SecondFactor = SecondFactorPolicy.None),
            await _server.AddPersonAsync("di"));
        await _server.PassAsync(TimeSpan.FromDays(400));

        var page = await shop.SignInAsync(_server.OpenBrowser(), di);

        Assert.True(page.LeftSso, page.Path);
        Assert.NotNull(page.Code);
    }

    [Fact]
    [Spec("S7")]
    public async Task Nothing_stores_or_asks_for_a_hint_or_a_secret_question()
    {
        await using var database = _server.OpenDatabase();
        var columns = database.Model.GetEntityTypes().SelectMany(table => table.GetProperties()).Select(property => property.Name);
        var pages = Directory.EnumerateFiles(
            Path.Combine(Repository.Root, "src", "Sso.Server", "Pages"), "*.cshtml", SearchOption.AllDirectories);
        var fields = pages.SelectMany(
            file => System.Text.RegularExpressions.Regex.Matches(File.ReadAllText(file), "[nN]ame ?= ?\"([^\"]+)\"").Select(
                match => match.Groups[1].Value));

        Assert.DoesNotContain(columns.Concat(fields), name =>
            name.Contains("hint", StringComparison.OrdinalIgnoreCase) || name.Contains("question", StringComparison.OrdinalIgnoreCase));
    }

    private static void Open(ClientRegistration client, string door) => _ = door switch
    {
        "none" => (object)(client.SecondFactor = SecondFactorPolicy.None),
        "when-enrolled" => client.SecondFactor = SecondFactorPolicy.WhenEnrolled,
        "grace" => client.GraceSignIns = 3,
        _ => client.AcceptsTrustedDevices = true,
    };

    private static string Long(int bytes) => string.Concat(Enumerable.Range(0, 300).Select(number => $"{number:x3}."))[..bytes];

    private async Task<string> LinkAsync(Customer customer)
    {
        await _server.PassAsync(TimeSpan.FromSeconds(1));
        var browser = _server.OpenBrowser();
        await browser.SubmitAsync(await browser.GetAsync("/password/forgot"), ("Input.UserName", customer.UserName));
        return (await customer.MailsAsync())[0].Text.Split('\n').Single(line => line.StartsWith("https://", StringComparison.Ordinal));
    }

    private async Task<int> ShownAsync(string link)
    {
        var hint = (await _server.OpenBrowser().GetAsync(link)).Document.QuerySelector("#password-hint")!.TextContent;
        return int.Parse(hint.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task<Page> SetAsync(string link, string password)
    {
        var browser = _server.OpenBrowser();
        return await browser.SubmitAsync(await browser.GetAsync(link), ("Input.Password", password));
    }

    private static string Problem(Page page) => page.Document.QuerySelector("#error-summary")!.TextContent;
}
