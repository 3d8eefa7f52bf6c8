using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sso.Accounts.Limits;
using Sso.Data.Imports;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Server.Operations;
using Sso.Server.Outgoing;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Operations;

/// <summary>What an alarm can be set on: each attack moves a number, and no label tells who.</summary>
[Spec("S136")]
[OneDatabase]
public sealed class ServerMetricsTests : IAsyncLifetime
{
    private readonly SsoServer _server = new();
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, double> _seen = new();

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        var (scope, limits) =
            (_server.App.Services.GetRequiredService<ServerMetrics>(), _server.App.Services.GetRequiredService<LimitMetrics>());
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, scope) || ReferenceEquals(instrument.Meter.Scope, limits))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) => Keep(instrument, count, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.Start();
    }

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return _server.DisposeAsync();
    }

    [Fact]
    public async Task Spraying_moves_the_failures_and_the_limit_on_names()
    {
        var browser = _server.OpenBrowser();
        for (var name = 0; name < 12; name++)
        {
            await browser.SubmitAsync(
                await browser.GetAsync("/account"),
                ("Input.UserName", string.Create(CultureInfo.InvariantCulture, $"name{name}")), ("Input.Password", "password"));
        }

        Assert.True(_seen["sso.security.events kind=PasswordFailed"] >= 10);
        Assert.True(_seen["sso.signin.limited limit=names"] >= 1);
    }

    [Fact]
    public async Task Guessing_codes_moves_the_failures_of_the_method()
    {
        var ada = await (await _server.AddPersonAsync("ada")).WithAppAsync();
        var browser = _server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), ada);
        await browser.SubmitAsync(page, ("Input.Code", "000000"));

        Assert.Equal(1, _seen["sso.security.events kind=SecondFactorFailed method=AuthenticatorApp"]);
    }

    [Fact]
    public async Task A_refresh_token_used_twice_a_refused_client_and_a_refused_grant_are_counted()
    {
        var shop = await _server.RegisterAsync("shop");
        var ada = await (await _server.AddPersonAsync("ada")).WithAppAsync();
        var page = await shop.SignInAsync(_server.OpenBrowser(), ada, ("scope", "openid offline_access"));
        var tokens = await shop.RedeemAsync(page.Code);
        await shop.RefreshAsync(tokens.RefreshToken);
        // Within a minute it is the retry of an answer that was lost.
        await _server.PassAsync(TimeSpan.FromSeconds(61));
        await shop.RefreshAsync(tokens.RefreshToken);
        await _server.Backchannel().PostAsync("/connect/token", new FormUrlEncodedContent(
            [
                KeyValuePair.Create("grant_type", "authorization_code"),
                KeyValuePair.Create("client_id", shop.Id), KeyValuePair.Create("client_secret", "wrong"),
            ]));

        Assert.Equal(1, _seen["sso.security.events kind=RefreshTokenReused"]);
        Assert.Equal(1, _seen["sso.security.events kind=GrantRefused"]);
        Assert.Equal(1, _seen["sso.security.events kind=ClientRefused"]);
    }

    [Fact]
    public async Task A_forged_form_is_counted()
    {
        await _server.OpenBrowser().PostAsync("/signin", [KeyValuePair.Create("Input.UserName", "ada")]);

        Assert.Equal(1, _seen["sso.requests.blocked reason=forgery"]);
    }

    [Fact]
    public async Task A_proof_and_an_assertion_that_come_twice_are_counted()
    {
        var shop = await _server.RegisterAsync(
            "shop", new ClientKey("ES256"), client => client.GrantTypes = [GrantTypes.ClientCredentials]);
        using var client = _server.Backchannel();
        var assertion = shop.Assertion();
        await AskAsync(assertion);
        await AskAsync(assertion);
        Assert.Equal(1, _seen["sso.requests.blocked reason=assertion-replay"]);

        shop.ProofKey = new ClientKey("ES256");
        var proof = shop.Proof("POST", "/connect/token");
        await AskAsync(shop.Assertion(), proof);
        await AskAsync(shop.Assertion(), proof);
        Assert.Equal(1, _seen["sso.requests.blocked reason=proof-replay"]);

        async Task AskAsync(string assertion, string? proof = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token")
            {
                Content = new FormUrlEncodedContent(
                [
                    new("grant_type", "client_credentials"), new("client_id", shop.Id), new("client_assertion", assertion),
                    new("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                ]),
            };
            if (proof is not null)
            {
                request.Headers.Add("DPoP", proof);
            }

            using var answer = await client.SendAsync(request);
        }
    }

    [Fact]
    public async Task A_call_to_an_address_inside_is_counted()
    {
        await _server.App.Services.GetRequiredService<OutgoingHttp>()
            .FetchAsync("https://169.254.169.254/latest", ["application/json"], RegisteredBy.Operator, CancellationToken.None);

        Assert.Equal(1, _seen["sso.requests.blocked reason=outgoing-address"]);
    }

    [Fact]
    public async Task A_value_that_does_not_open_is_counted()
    {
        var ada = await (await _server.AddPersonAsync("ada")).WithAppAsync();
        var browser = _server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), ada);
        await using (var database = _server.OpenDatabase())
        {
            await database.SecondFactors.Where(factor => factor.PersonId == ada.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(factor => factor.Protected, new byte[64]));
        }

        await browser.SubmitAsync(page, ("Input.Code", "123456"));

        Assert.Equal(1, _seen["sso.requests.blocked reason=value-not-opened"]);
    }

    [Fact]
    public async Task A_clock_that_is_off_is_measured_and_told_once()
    {
        Assert.SkipWhen(_server.Database.Provider == "Sqlite", "SQLite has no clock of its own");
        // The clock of the tests stands still and is far from the database's.
        await _server.ReloadAsync();
        await _server.ReloadAsync();
        _listener.RecordObservableInstruments();

        Assert.True(Math.Abs(_seen["sso.clock.difference"]) > DatabaseClock.Tolerated.TotalSeconds);
        Assert.Single(_server.Log.Lines, line => line.Contains("The clock of the database", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_import_of_people_that_stands_still_is_counted_until_it_goes_on()
    {
        var now = _server.Clock.GetUtcNow();
        await using var database = _server.OpenDatabase();
        database.ImportJobs.Add(new()
        {
            Id = Guid.CreateVersion7(now),
            UploadedBy = "administrator:x",
            Status = ImportJobStatus.Running,
            CreatedAt = now,
            BegunAt = now,
            ExpiresAt = now.AddHours(1),
            EmailsAreVerified = false,
            PhonesAreVerified = false,
            Lines = 1,
            Good = 1,
            AlreadyHere = 0,
            Refused = 0,
            WithSecondFactor = 0,
            Wrapped = 0,
            PhonesLeftOut = 0,
            Attempts = 3,
            LeasedUntil = now.AddHours(1),
        });
        await database.SaveChangesAsync();
        Assert.Equal(1, await CountedAsync());

        await database.ImportJobs.ExecuteUpdateAsync(set => set.SetProperty(job => job.Attempts, 0));
        Assert.Equal(0, await CountedAsync());

        async Task<double> CountedAsync()
        {
            await _server.App.Services.GetServices<IHostedService>().OfType<Housekeeping>().Single().RunAsync(CancellationToken.None);
            _listener.RecordObservableInstruments();
            return _seen["sso.imports.late"];
        }
    }

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var name = string.Join(' ', (IEnumerable<string>)[instrument.Name, .. tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")]);
        _seen.AddOrUpdate(name, value, (_, sum) => instrument is ObservableGauge<double> or ObservableGauge<int> ? value : sum + value);
    }
}
