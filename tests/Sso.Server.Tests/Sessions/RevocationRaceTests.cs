using Microsoft.EntityFrameworkCore;
using Sso.Admin.Clients;
using Sso.Protocol;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Sessions;

/// <summary>
/// Whoever has a copy of a session cookie keeps nothing by being quick: what makes a grant and what ends a session meet on one row
/// (RFC 9700 §4.14.2: revocation at once). On two nodes; once with the request standing still between its read and its write, and by
/// chance. SSO_RACE_RUNS=300 makes so many runs by chance and tells the hits.
/// </summary>
[Spec("RFC 9700", "4.14.2")]
public sealed class RevocationRaceTests(ServerForRaces fixture, ITestOutputHelper output) : IClassFixture<ServerForRaces>
{
    private static readonly int Runs = Thoroughness.Of("SSO_RACE_RUNS", 1);

    public static TheoryData<Maker, Ending> Pairs =>
        [.. from maker in Enum.GetValues<Maker>() from ending in Enum.GetValues<Ending>() where Meet(maker, ending) select (maker, ending)];

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task What_a_request_had_read_before_the_end_gives_it_nothing_after_the_end(Maker maker, Ending ending)
    {
        var race = await Race.BeginAsync(fixture.Node, fixture.Other, fixture.Shop, ending);
        var make = await race.PrepareAsync(maker);
        using var standstill = new Standstill(fixture.Node.Database.Name);
        standstill.After(Race.LastRead(maker));
        var request = Task.Run(make);
        Assert.True(await standstill.ReachedBeforeAsync(request), "the request never read");
        await race.EndAsync(ending);
        standstill.Release();
        await request;
        Assert.Empty(await race.LeftAsync(ending));
    }

    [Theory]
    [InlineData(Ending.PasswordChanged)]
    [InlineData(Ending.SignedOutElsewhere)]
    [InlineData(Ending.Disabled)]
    [InlineData(Ending.TrustTakenBack)]
    public async Task Whoever_comes_first_by_chance_nothing_outlives_the_end(Ending ending)
    {
        var makers = Enum.GetValues<Maker>().Where(maker => Meet(maker, ending)).ToList();
        List<string> hits = [];
        for (var run = 0; run < Runs; run++)
        {
            // By turns the end begins first and last.
            var (makersWait, endWaits) = (Random(run), Random(run + 1));
            var race = await Race.BeginAsync(fixture.Node, fixture.Other, fixture.Shop, ending);
            List<Func<Task>> requests = [];
            foreach (var maker in makers)
            {
                requests.Add(await race.PrepareAsync(maker));
            }

            await Task.WhenAll(
                [
                    .. requests.Select((request, index) => AfterAsync(makersWait + TimeSpan.FromMilliseconds(index), request)),
                    AfterAsync(endWaits, () => race.EndAsync(ending)),
                ]);
            hits.AddRange(await race.LeftAsync(ending));
        }

        output.WriteLine($"{ending} against {string.Join(", ", makers)}: {Runs} runs, {hits.Count} hits");
        Assert.Empty(hits);
    }

    [Theory]
    [InlineData(Ending.PasswordChanged)]
    [InlineData(Ending.SignedOutElsewhere)]
    public async Task A_copy_of_the_cookie_of_the_very_browser_that_stays_is_signed_out_too_and_its_codes_are_void(Ending ending)
    {
        var race = await Race.BeginAsync(fixture.Node, fixture.Other, fixture.Shop, ending);
        var copy = race.CopyOwner();
        var code = (await copy.GetAsync(fixture.Shop.AuthorizeUrl(("prompt", "none")))).Code;
        Assert.NotNull(code);
        await race.EndAsync(ending);
        Assert.Equal("invalid_grant", (await fixture.Shop.RedeemAsync(code)).Error);
        Assert.Equal("login_required", (await copy.GetAsync(fixture.Shop.AuthorizeUrl(("prompt", "none")))).Parameter("error"));
        Assert.Equal("/account", (await race.Owner.GetAsync("/account")).Path);
    }

    [Fact]
    public async Task A_code_that_is_redeemed_while_its_client_is_switched_off_gives_nothing_when_it_is_on_again()
    {
        var shop = await fixture.Node.RegisterAsync("shop");
        await fixture.Other.ReloadAsync();
        var ada = await (await fixture.Node.AddPersonAsync("ada")).WithAppAsync();
        await fixture.Node.ForgetAttemptsAsync();
        var code = (await shop.SignInAsync(fixture.Node.OpenBrowser(), ada, ("scope", "openid offline_access"))).Code;
        using var standstill = new Standstill(fixture.Node.Database.Name);
        standstill.After("Sessions");
        var exchange = shop.On(fixture.Other).RedeemAsync(code);
        Assert.True(await standstill.ReachedBeforeAsync(exchange));
        await using var database = fixture.Node.OpenDatabase();
        await new SwitchClient(database, fixture.Node.Clock).DisableAsync(shop.Id, CancellationToken.None);
        standstill.Release();
        Assert.Equal("invalid_grant", (await exchange).Error);
        Assert.False(await database.Grants.AnyAsync(grant => grant.ClientId == shop.Id && grant.RevokedAt == null));
    }

    /// <summary>The account area, where CIBA is answered, takes no trusted browser: who holds one never comes so far.</summary>
    private static bool Meet(Maker maker, Ending ending) => (maker, ending) is not (Maker.BackchannelApproval, Ending.TrustTakenBack);

    private static TimeSpan Random(int run) =>
        run % 2 == 0 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(System.Security.Cryptography.RandomNumberGenerator.GetInt32(30));

    private static async Task AfterAsync(TimeSpan wait, Func<Task> act)
    {
        await Task.Delay(wait, TimeProvider.System);
        await Task.Run(act);
    }
}

/// <summary>Two nodes, and an application for which everything is allowed that makes tokens.</summary>
public sealed class ServerForRaces : IAsyncLifetime
{
    public SsoServer Node { get; } = new() { Settings = { "--Authorization:IdTokenResponses=true" } };

    public SsoServer Other { get; private set; } = null!;

    public RelyingParty Shop { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Node.InitializeAsync();
        Other = await Node.StartSecondNodeAsync([.. Node.Settings]);
        Shop = await Node.RegisterAsync("shop", client =>
        {
            client.GrantTypes = [.. client.GrantTypes, GrantTypes.DeviceCode, GrantTypes.Ciba];
            client.AllowsIdTokenResponses = true;
            client.AcceptsTrustedDevices = true;
        });
        await Other.ReloadAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Other.DisposeAsync();
        await Node.DisposeAsync();
    }
}
