using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data;
using Sso.Data.Logout;
using Sso.Server.Logout;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Logout;

/// <summary>
/// What goes wrong on our side of a notice: it fails for one application, or for a moment, and never for good or for all.
/// </summary>
[Spec("Back-Channel Logout", "2.8")]
public sealed class LogoutTroubleTests(SsoServerWithPeer fixture) : IClassFixture<SsoServerWithPeer>
{
    private readonly string _path = $"/logout-{Guid.CreateVersion7():N}";

    private SsoServer Server => fixture.Server;

    [Fact]
    public async Task A_registration_that_cannot_be_told_fails_for_itself_is_waited_for_and_is_told_when_it_is_mended()
    {
        var (ada, browser, tokens) = await SignedInAsync();
        var (bo, other, theirs) = await SignedInAsync();
        // As only a hand in the database can write it.
        await SetAlgorithmAsync("XX512");
        await browser.GetAsync(LogoutUrl(tokens));
        await other.GetAsync(LogoutUrl(theirs));
        await SendAsync();
        Assert.Equal((LogoutNoticeStatus.Told, null), await StateAsync(bo));
        Assert.Equal((LogoutNoticeStatus.Waiting, "cannot be told"), await StateAsync(ada));
        Assert.Contains(
            Server.Log.Lines,
            line => line.StartsWith("Error", StringComparison.Ordinal)
                && line.Contains("cannot be made or sent", StringComparison.Ordinal));
        await SetAlgorithmAsync("RS256");
        await Server.PassAsync(TimeSpan.FromSeconds(11));
        await SendAsync();
        Assert.Equal((LogoutNoticeStatus.Told, null), await StateAsync(ada));

        async Task SetAlgorithmAsync(string algorithm)
        {
            await using var database = Server.OpenDatabase();
            var id = tokens.IdToken.Audiences.Single();
            await database.Clients.Where(client => client.Id == id)
                .ExecuteUpdateAsync(set => set.SetProperty(client => client.IdTokenSigningAlgorithm, algorithm));
            await database.RaiseClientsVersionAsync(CancellationToken.None);
            await Server.ReloadAsync();
        }
    }

    [Fact]
    public async Task A_database_that_breaks_for_a_moment_ends_no_dispatcher()
    {
        var (ada, browser, tokens) = await SignedInAsync();
        await browser.GetAsync(LogoutUrl(tokens));
        await SendAsync();
        await using var database = Server.OpenDatabase();
        var now = Server.Clock.GetUtcNow();
        await database.LogoutNotices.Where(row => row.PersonId == ada.Id).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.Status, LogoutNoticeStatus.Waiting).SetProperty(row => row.NextAttemptAt, now)
            .SetProperty(row => row.LeasedUntil, (DateTimeOffset?)null));
        using var faults = new StatementFaults(Server.Database.Name, "LogoutNotices");
        faults.Arm(1);
        Server.App.Services.GetRequiredService<LogoutDispatcher>().Wake();
        await Patience.UntilAsync(
            () => Server.Log.Lines.Any(line => line.Contains("Waiting logout notices cannot be read", StringComparison.Ordinal)),
            "the line of the log");
        Assert.True(faults.Happened);
        Server.App.Services.GetRequiredService<LogoutDispatcher>().Wake();
        await Patience.UntilAsync(async () => (await StateAsync(ada)).Status == LogoutNoticeStatus.Told, "the notice is told");
    }

    private static string LogoutUrl(TokenAnswer tokens) =>
        QueryHelpers.AddQueryString("/connect/logout", "id_token_hint", tokens.Text("id_token")!);

    /// <summary>Everything that is due has been tried, here or by the dispatcher of the background.</summary>
    private async Task SendAsync()
    {
        await Server.App.Services.GetRequiredService<LogoutDispatcher>().SendDueAsync(CancellationToken.None);
        await using var database = Server.OpenDatabase();
        var now = Server.Clock.GetUtcNow();
        await Patience.UntilAsync(
            async () => !await database.LogoutNotices.AnyAsync(row => row.Status == LogoutNoticeStatus.Waiting && row.NextAttemptAt <= now),
            "an attempt at all that is due");
    }

    private async Task<(LogoutNoticeStatus Status, string? Outcome)> StateAsync(Customer customer)
    {
        await using var database = Server.OpenDatabase();
        var notice = await database.LogoutNotices.AsNoTracking().SingleAsync(row => row.PersonId == customer.Id);
        return (notice.Status, notice.LastOutcome);
    }

    private async Task<(Customer Ada, Browser Browser, TokenAnswer Tokens)> SignedInAsync()
    {
        fixture.Peer.Paths[_path] = _ => Task.CompletedTask;
        var shop = await Server.RegisterAsync("shop", client => client.BackchannelLogoutUri = fixture.Peer.At(_path).ToString());
        var ada = await (await Server.AddPersonAsync("ada")).WithAppAsync();
        var browser = Server.OpenBrowser();
        return (ada, browser, await shop.RedeemAsync((await shop.SignInAsync(browser, ada)).Code));
    }
}
