using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Protocol;
using Sso.Server.Authorization;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Server.Tests.Ciba;

[Spec("CIBA Core", "10.2")]
public sealed class PingTests(SsoServerWithPeer pair) : IClassFixture<SsoServerWithPeer>, IAsyncLifetime
{
    private const string Token = "8d67dc78-7faa-4d41-aabd-67707b374255";

    private static int _paths;

    private SsoServer Server => pair.Server;

    public ValueTask InitializeAsync() => Server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(null)]
    [InlineData("deny")]
    public async Task The_client_is_told_once_of_either_answer_with_its_own_token_and_fetches_it(string? form)
    {
        var (path, bank, ada) = await BankAndAdaAsync(StatusCodes.Status204NoContent);
        var asked = await bank.AskPersonAsync(ada.UserName, ("client_notification_token", Token));
        await AnswerAsync(ada, form);

        var told = Assert.Single(await ToldAsync(path, 1));
        Assert.Equal(("POST", "Bearer " + Token), (told.Method, told.Headers["Authorization"]));
        Assert.Equal(asked.Text("auth_req_id"), JsonDocument.Parse(told.Body).RootElement.GetProperty("auth_req_id").GetString());
        Assert.StartsWith("application/json", told.Headers["Content-Type"], StringComparison.Ordinal);
        await SettledAsync(ada, isLast: true);
        await LaterAsync();
        Assert.Single(await ToldAsync(path, 1));
        Assert.Equal(form is null ? null : "access_denied", (await bank.PollPersonAsync(asked)).Error);
    }

    [Theory]
    [InlineData(StatusCodes.Status401Unauthorized, 1)]
    [InlineData(StatusCodes.Status403Forbidden, 1)]
    [InlineData(StatusCodes.Status302Found, 1)]
    [InlineData(StatusCodes.Status503ServiceUnavailable, 3)]
    public async Task Trouble_of_its_server_is_tried_again_and_every_other_answer_is_the_last(int status, int times)
    {
        var (path, bank, ada) = await BankAndAdaAsync(status);
        await bank.AskPersonAsync(ada.UserName, ("client_notification_token", Token));
        await AnswerAsync(ada, form: null);
        await ToldAsync(path, 1);
        await SettledAsync(ada, isLast: times == 1);
        for (var look = 0; look < 5; look++)
        {
            await LaterAsync();
        }

        Assert.Equal(times, (await ToldAsync(path, times)).Count);
    }

    [Fact]
    public async Task What_a_dead_node_did_not_tell_another_tells()
    {
        var (path, bank, ada) = await BankAndAdaAsync(StatusCodes.Status204NoContent);
        await bank.AskPersonAsync(ada.UserName, ("client_notification_token", Token));
        await AnswerAsync(ada, form: null);
        await ToldAsync(path, 1);
        await SettledAsync(ada, isLast: true);
        // As if it had died between its claim and its call.
        await using var database = Server.OpenDatabase();
        var then = Server.Clock.GetUtcNow().AddSeconds(30);
        await database.WaitingRequests.Where(row => row.PersonId == ada.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.NotifyAt, then));
        await using var other = await Server.StartSecondNodeAsync($"--Outgoing:AllowedHosts:0={pair.Peer.HostAndPort}");
        Server.Clock.Advance(TimeSpan.FromSeconds(31));
        await other.App.Services.GetRequiredService<BackchannelNotifier>().SendDueAsync(CancellationToken.None);
        Assert.Equal(2, (await ToldAsync(path, 2)).Count);
    }

    [Theory]
    [Spec("CIBA Core", "7.1")]
    [InlineData(null)]
    [InlineData("with space")]
    [InlineData("ünicode")]
    public async Task In_ping_mode_a_token_for_the_notification_is_demanded(string? token)
    {
        var (_, bank, ada) = await BankAndAdaAsync(StatusCodes.Status204NoContent);
        Assert.Equal("invalid_request", (await bank.AskPersonAsync(ada.UserName, ("client_notification_token", token))).Error);
    }

    [Fact]
    [Spec("S138")]
    public async Task Neither_the_token_nor_the_id_is_readable_in_the_database_or_goes_through_the_browser()
    {
        var (_, bank, ada) = await BankAndAdaAsync(StatusCodes.Status204NoContent);
        var asked = await bank.AskPersonAsync(ada.UserName, ("client_notification_token", Token));
        await using var database = Server.OpenDatabase();
        var dump = await DatabaseDump.OfAsync(database);
        Assert.Empty(dump.Find(Token));
        Assert.Empty(dump.Find(asked.Text("auth_req_id")!));
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_keeps_no_other_waiting_and_is_over_after_three_tries()
    {
        var (_, bank, ada) = await BankAndAdaAsync(StatusCodes.Status204NoContent);
        var (path, other, bo) = await BankAndAdaAsync(StatusCodes.Status204NoContent);
        await bank.AskPersonAsync(ada.UserName, ("client_notification_token", Token));
        await other.AskPersonAsync(bo.UserName, ("client_notification_token", Token));
        await using var database = Server.OpenDatabase();
        var now = Server.Clock.GetUtcNow();
        var torn = new byte[64];
        await database.WaitingRequests.Where(row => row.PersonId == ada.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Protected, torn).SetProperty(row => row.NotifyAt, now.AddSeconds(-1)));
        await database.WaitingRequests.Where(row => row.PersonId == bo.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.NotifyAt, now));
        await Server.App.Services.GetRequiredService<BackchannelNotifier>().SendDueAsync(CancellationToken.None);
        Assert.Single(await ToldAsync(path, 1));
        Assert.Contains(
            Server.Log.Lines,
            line => line.StartsWith("Error", StringComparison.Ordinal)
                && line.Contains("cannot be told of an answer", StringComparison.Ordinal));
        for (var look = 0; look < 4; look++)
        {
            await LaterAsync();
        }

        Assert.False(await database.WaitingRequests.AnyAsync(row => row.PersonId == ada.Id && row.NotifyAt != null));
    }

    [Fact]
    public async Task A_database_that_breaks_for_a_moment_ends_no_notifier()
    {
        var (path, bank, ada) = await BankAndAdaAsync(StatusCodes.Status204NoContent);
        await bank.AskPersonAsync(ada.UserName, ("client_notification_token", Token));
        await using var database = Server.OpenDatabase();
        var now = Server.Clock.GetUtcNow();
        await database.WaitingRequests.Where(row => row.PersonId == ada.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.NotifyAt, now));
        using var faults = new StatementFaults(Server.Database.Name, "WaitingRequests");
        faults.Arm(1);
        Server.App.Services.GetRequiredService<BackchannelNotifier>().Wake();
        await Patience.UntilAsync(
            () => Server.Log.Lines.Any(line => line.Contains("Answers that wait to be told cannot be read", StringComparison.Ordinal)),
            "the line of the log");

        Assert.True(faults.Happened);
        Server.App.Services.GetRequiredService<BackchannelNotifier>().Wake();
        Assert.Single(await ToldAsync(path, 1));
    }

    private async Task<(string Path, RelyingParty Bank, Customer Ada)> BankAndAdaAsync(int status)
    {
        var path = $"/notify/{Interlocked.Increment(ref _paths)}";
        pair.Peer.Paths[path] = http =>
        {
            http.Response.StatusCode = status;
            http.Response.Headers.Location = "/elsewhere";
            return status == StatusCodes.Status204NoContent ? Task.CompletedTask : http.Response.WriteAsync("a body that nobody reads");
        };
        var bank = await Server.RegisterAsync("bank", client =>
        {
            client.GrantTypes = [.. client.GrantTypes, GrantTypes.Ciba];
            client.NotificationUri = pair.Peer.At(path).ToString();
        });
        return (path, bank, await (await Server.AddPersonAsync("ada")).WithAppAsync());
    }

    private async Task AnswerAsync(Customer customer, string? form)
    {
        var browser = Server.OpenBrowser();
        await Journey.SignInAsync(browser, customer, "/account");
        var page = await browser.SubmitAsync(await browser.GetAsync("/account/requests"), form: null, ("id", await IdAsync(customer)));
        await browser.SubmitAsync(page, form);
    }

    private async Task<string> IdAsync(Customer customer)
    {
        await using var database = Server.OpenDatabase();
        return (await database.WaitingRequests.Where(row => row.PersonId == customer.Id).Select(row => row.Id).SingleAsync()).ToString("N");
    }

    private async Task LaterAsync()
    {
        await Server.PassAsync(TimeSpan.FromSeconds(31));
        await Server.App.Services.GetRequiredService<BackchannelNotifier>().SendDueAsync(CancellationToken.None);
    }

    /// <summary>The answer of the client has reached the row.</summary>
    private async Task SettledAsync(Customer customer, bool isLast)
    {
        await using var database = Server.OpenDatabase();
        if (isLast)
        {
            await Patience.UntilAsync(
                async () => !await database.WaitingRequests.AnyAsync(row => row.PersonId == customer.Id && row.NotifyAt != null),
                "the end of the telling");
        }
    }

    /// <summary>What came to a path, once as much has come as should.</summary>
    private async Task<IReadOnlyList<PeerRequest>> ToldAsync(string path, int atLeast)
    {
        await Patience.UntilAsync(
            () => pair.Peer.Requests.Count(request => request.Path == path) >= atLeast, $"{atLeast} requests to {path}");
        return [.. pair.Peer.Requests.Where(request => request.Path == path)];
    }
}
