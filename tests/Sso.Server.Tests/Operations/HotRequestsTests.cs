using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.EntityFrameworkCore;
using Sso.Protocol;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Operations;

/// <summary>EF Core counts for the whole process, so that nothing else may ask a database meanwhile.</summary>
[CollectionDefinition(nameof(AloneInTheProcess), DisableParallelization = true)]
public sealed class AloneInTheProcess;

/// <summary>
/// What applications ask all the time is planned once: no query is looked up anew by EF Core, and PostgreSQL gets prepared statements only.
/// </summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class HotRequestsTests : IAsyncLifetime
{
    /// <summary>
    /// Runs of each request that plan: EF Core at the first, and Npgsql at the second use of a statement (Auto Prepare Min Usages).
    /// </summary>
    private const int Before = 3;
    private const int Measured = 3;

    private static readonly string[] Lookups =
    [
        "microsoft.entityframeworkcore.compiled_query_cache_hits", "microsoft.entityframeworkcore.compiled_query_cache_misses",
    ];

    /// <summary>On one connection, whose prepared statements are those of all requests.</summary>
    private readonly SsoServer _server = new()
    {
        ConnectionWords = TestDatabase.ChosenProvider == "PostgreSql" ? ";Maximum Pool Size=1" : ""
    };

    private readonly ClientKey _key = new("ES256");

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_lookup_would_be_counted()
    {
        await using var database = _server.OpenDatabase();
        await database.Grants.AnyAsync(TestContext.Current.CancellationToken);
        var before = CountLookups();
        await database.Grants.AnyAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, CountLookups() - before);
    }

    [Fact]
    public async Task No_hot_request_looks_a_query_up()
    {
        var looked = new List<string>();
        await foreach (var (name, request) in RequestsAsync())
        {
            var before = CountLookups();
            await request();
            if (CountLookups() - before is > 0 and var lookups)
            {
                looked.Add($"{name}: {lookups}");
            }
        }

        Assert.Empty(looked);
    }

    [Fact]
    public async Task On_PostgreSql_every_statement_of_a_hot_request_is_prepared()
    {
        Assert.SkipUnless(TestDatabase.ChosenProvider == "PostgreSql", "Only PostgreSQL tells how often it ran what was prepared.");
        var unprepared = new List<string>();
        await foreach (var (name, request) in RequestsAsync())
        {
            var before = await CountPreparedRunsAsync();
            _server.Statements.Reset();
            await request();
            var sent = _server.Statements.Commands.Count;
            if (await CountPreparedRunsAsync() - before != sent || sent == 0)
            {
                unprepared.Add($"{name}\n{string.Join("\n---\n", _server.Statements.Commands)}");
            }
        }

        Assert.Empty(unprepared);
    }

    /// <summary>
    /// Every hot request of docs/costs.md that asks the database, some times over; the first ones, which plan, are made already.
    /// </summary>
    private async IAsyncEnumerable<(string Name, Func<Task> Request)> RequestsAsync()
    {
        foreach (var (name, prepare) in await HotAsync())
        {
            Assert.Contains(name, RequestCosts.Documented().Keys);
            for (var time = 0; time < Before; time++)
            {
                await (await prepare())();
            }

            for (var time = 0; time < Measured; time++)
            {
                yield return (name, await prepare());
            }
        }
    }

    private async Task<List<(string Name, Func<Task<Func<Task>>> Prepare)>> HotAsync()
    {
        var shop = await _server.RegisterAsync("shop", client => client.Jwks = ClientKey.SetOf(_key));
        var signed = await _server.RegisterAsync("signed", client => client.UserInfoSigningAlgorithm = SigningAlgorithms.ES256);
        var machine = await _server.RegisterAsync("machine", client => client.GrantTypes = [GrantTypes.ClientCredentials]);
        machine.ProofKey = _key;
        var signer = await _server.RegisterAsync("signer", _key, client => client.GrantTypes = [GrantTypes.ClientCredentials]);
        var bound = await _server.RegisterAsync("bound");
        bound.ProofKey = _key;
        var browser = _server.OpenBrowser();
        var customer = await (await _server.AddPersonAsync("anna")).WithAppAsync();
        await shop.SignInAsync(browser, customer);

        async Task<string> CodeAsync(RelyingParty app) =>
            (await browser.GetAsync(app.AuthorizeUrl(("scope", "openid offline_access")))).Code!;
        async Task<TokenAnswer> TokensAsync(RelyingParty app) => await app.RedeemAsync(await CodeAsync(app));
        async Task<string> PushAsync() => $"/connect/authorize?client_id={shop.Id}&request_uri="
            + Uri.EscapeDataString(Granted(await shop.PushAsync()).Text("request_uri")!);
        // Consent, where it is asked, is given once, before anything is measured.
        await TokensAsync(signed);
        await TokensAsync(bound);

        return
        [
            ("authorize with a session, nothing to ask", () => Make(async () => Assert.NotEmpty(await CodeAsync(shop)))),
            ("token: code", async () =>
            {
                var code = await CodeAsync(shop);
                return async () => Granted(await shop.RedeemAsync(code));
            }),
            ("token: refresh", async () =>
            {
                var tokens = await TokensAsync(shop);
                return async () => Granted(await shop.RefreshAsync(tokens.RefreshToken));
            }),
            ("userinfo", async () =>
            {
                var tokens = await TokensAsync(shop);
                return async () => await shop.UserInfoAsync(tokens.AccessToken);
            }),
            ("introspection of an access token", async () =>
            {
                var tokens = await TokensAsync(shop);
                return async () => Granted(await shop.IntrospectAsync(tokens.AccessToken));
            }),
            ("introspection of a refresh token", async () =>
            {
                var tokens = await TokensAsync(shop);
                return async () => Granted(await shop.IntrospectAsync(tokens.RefreshToken));
            }),
            ("revocation", async () =>
            {
                var tokens = await TokensAsync(shop);
                return async () => Granted(await shop.RevokeAsync(tokens.RefreshToken));
            }),
            ("pushed authorization request", () => Make(PushAsync)),
            ("authorize with a pushed request", async () =>
            {
                var url = await PushAsync();
                return async () => Assert.NotNull((await browser.GetAsync(url)).Code);
            }),
            ("token: code of a pushed request", async () =>
            {
                var code = (await browser.GetAsync(await PushAsync())).Code;
                return async () => Granted(await shop.RedeemAsync(code));
            }),
            ("token: client credentials with DPoP",
                () => Make(async () => Granted(await machine.TokenAsync(("grant_type", GrantTypes.ClientCredentials))))),
            ("token: client credentials with private_key_jwt",
                () => Make(async () => Granted(await signer.TokenAsync(("grant_type", GrantTypes.ClientCredentials))))),
            ("userinfo with DPoP", async () =>
            {
                var tokens = await TokensAsync(bound);
                return async () => await bound.UserInfoAsync(tokens.AccessToken);
            }),
            ("signed userinfo", async () =>
            {
                var tokens = await TokensAsync(signed);
                return async () =>
                {
                    using var backchannel = _server.Backchannel();
                    backchannel.DefaultRequestHeaders.Authorization = new("Bearer", tokens.AccessToken);
                    Assert.NotEmpty(await backchannel.GetStringAsync("/connect/userinfo"));
                };
            }),
        ];
    }

    private static Task<Func<Task>> Make(Func<Task> request) => Task.FromResult(request);

    private static TokenAnswer Granted(TokenAnswer answer)
    {
        Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.Created, $"{answer.Status} {answer.Body}");
        return answer;
    }

    private static long CountLookups()
    {
        var count = 0L;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (Lookups.Contains(instrument.Name))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, total, _, _) => count += total);
        listener.Start();
        listener.RecordObservableInstruments();
        return count;
    }

    /// <summary>How often the database ran prepared statements for requests.</summary>
    private async Task<long> CountPreparedRunsAsync()
    {
        await using var database = _server.OpenDatabase();
        return await database.Database
            .SqlQuery<long>($"""
                SELECT COALESCE(SUM(generic_plans + custom_plans), 0)::bigint AS "Value" FROM pg_prepared_statements
                WHERE statement NOT LIKE '%pg_prepared_statements%'
                """)
            .SingleAsync(TestContext.Current.CancellationToken);
    }
}
