using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data;
using Sso.Data.People;
using Sso.Data.Secrets;
using Sso.Protocol;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Operations;

/// <summary>
/// The process is killed (-9) before, amid and after every step of an enrolment, on two databases: what a page had acknowledged is there
/// afterwards, and what it had not is wholly there or not at all. <c>SSO_MEASURE_KILLS</c> says how often; once each unless it is set.
/// </summary>
[Spec("F3")]
[Spec("F20")]
[OneDatabase]
public sealed class KillTests
{
    private const int Lanes = 2;
    private const int Stages = (2 * Enrolment.Steps) + 1;
    private static readonly int KillsPerLane = (Thoroughness.Of("SSO_MEASURE_KILLS", Stages) + 1) / Lanes;

    [Fact]
    public async Task Kills_during_enrolments_lose_nothing_that_was_acknowledged()
    {
        Assert.SkipUnless(
            TestDatabase.ChosenProvider == "Sqlite",
            "The kills are about our process; PostgreSQL and SQL Server survive it by themselves.");
        var lanes = await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => Task.Run(() => KillRepeatedlyAsync(lane))));
        // The kills mean something only if they fell before, between and after the acknowledgements.
        var acknowledged = lanes.SelectMany(lane => lane).CountBy(reached => reached).ToDictionary();
        Assert.True(Enum.GetValues<Acknowledgement>().All(acknowledged.ContainsKey), string.Join(", ", acknowledged));
    }

    private static async Task<List<Acknowledgement>> KillRepeatedlyAsync(int lane)
    {
        await using var database = await TestDatabase.CreateAsync();
        using var server = new ServerProcess(database);
        var acknowledged = new List<Acknowledgement>();
        var took = await MeasureAsync(database, server);
        for (var round = 0; round < KillsPerLane; round++)
        {
            await server.StartAsync();
            var (id, name) = await AddPersonAsync(database, round);
            // Between two steps, and amid one: by what the customer does, as a machine that has other work to do makes nothing of times.
            var stage = ((round * Lanes) + lane) % Stages;
            var (step, amid) = (stage / 2, stage % 2 == 1);
            var seen = new Enrolment { Target = step, Waits = !amid };
            var customer = EnrolAsync(server.OpenBrowser(), name, seen);
            await Task.WhenAny(seen.Arrived, customer);
            await Task.Delay(amid ? took[step] * (RandomNumberGenerator.GetInt32(1000) / 1000d) : TimeSpan.Zero, TimeProvider.System);
            server.Kill();
            seen.GoOn();
            await customer;
            await CheckAsync(database, server.PassphraseFile, id, seen);
            acknowledged.Add(seen.Reached);
        }

        return acknowledged;
    }

    /// <summary>What each step of an enrolment takes on a server that was just started here.</summary>
    private static async Task<IReadOnlyList<TimeSpan>> MeasureAsync(TestDatabase database, ServerProcess server)
    {
        await server.StartAsync();
        var (_, name) = await AddPersonAsync(database, KillsPerLane);
        var seen = new Enrolment();
        await EnrolAsync(server.OpenBrowser(), name, seen);
        server.Kill();
        Assert.Equal(Acknowledgement.CodesAreSaved, seen.Reached);
        return seen.Took;
    }

    private static async Task<(Guid Id, string Name)> AddPersonAsync(TestDatabase database, int round)
    {
        var name = $"anna{round}";
        var now = TimeProvider.System.GetUtcNow();
        var person = new Person
        {
            Id = Guid.CreateVersion7(now),
            UserName = name,
            NormalizedUserName = SignInName.Normalize(name),
            NormalizedEmail = SignInName.Normalize(name + "@example.it"),
            PasswordHash = SsoServer.HashOfPassword,
            CreatedAt = now,
            UpdatedAt = now,
        };
        await using var context = database.Open();
        context.Users.Add(person);
        // An attempt that a kill cut short stays counted, as it should; all of them from one address are not what is proved here.
        await context.AttemptCounters.ExecuteDeleteAsync();
        await context.SaveChangesAsync();
        return (person.Id, name);
    }

    /// <summary>Goes as far as the server lives, and remembers what the pages said.</summary>
    private static async Task EnrolAsync(Browser browser, string name, Enrolment seen)
    {
        try
        {
            await seen.BeginAsync(0);
            var page = await browser.SubmitAsync(
                await browser.GetAsync("/account"), ("Input.UserName", name), ("Input.Password", SsoServer.Password));
            await seen.BeginAsync(1);
            page = await browser.GetAsync("/account/mfa/app?" + page.Url.Query.TrimStart('?'));
            seen.Key = page.Document.QuerySelector("#key")!.TextContent.Replace(" ", "", StringComparison.Ordinal).Trim();
            var code = AuthenticatorApp.Code(AuthenticatorApp.SeedOf(seen.Key), TimeProvider.System.GetUtcNow());
            await seen.BeginAsync(2);
            page = await browser.SubmitAsync(page, ("Input.Code", code));
            Assert.Equal("/account/mfa/recovery-codes", page.Path);
            seen.Codes = [.. page.Document.QuerySelectorAll("ol.codes li").Select(item => item.TextContent.Trim())];
            Assert.Equal(10, seen.Codes.Count);
            seen.Reached = Acknowledgement.AppIsActiveAndCodesWereShown;
            await seen.BeginAsync(3);
            page = await browser.SubmitAsync(page, ("Input.Code", seen.Codes[0]));
            Assert.Equal("/account", page.Path);
            seen.Reached = Acknowledgement.CodesAreSaved;
            await seen.BeginAsync(Enrolment.Steps);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            // Killed: what was seen until now is what counts.
        }
    }

    private static async Task CheckAsync(TestDatabase database, string passphraseFile, Guid personId, Enrolment seen)
    {
        await using var context = database.Open();
        var person = await context.Users.SingleAsync(row => row.Id == personId);
        var factor = await context.SecondFactors.SingleOrDefaultAsync(
            row => row.PersonId == personId && row.Method == ProofMethod.AuthenticatorApp);
        var codes = await context.RecoveryCodes.Where(row => row.PersonId == personId).Select(row => row.Hash).ToListAsync();
        Assert.True(codes.Count is 0 or 10, "Half a set of recovery codes.");
        if (seen.Reached >= Acknowledgement.AppIsActiveAndCodesWereShown)
        {
            Assert.NotNull(factor?.ActivatedAt);
            var sealer = await SealerAsync(database, passphraseFile);
            Assert.Equal(AuthenticatorApp.SeedOf(seen.Key), sealer.Unprotect(factor.Context, factor.Protected));
            Assert.Equal(ProofMethod.AuthenticatorApp, factor.Method);
            Assert.All(seen.Codes, code => Assert.Contains(codes, hash => hash.SequenceEqual(HashOf(personId, code))));
        }

        if (seen.Reached >= Acknowledgement.CodesAreSaved)
        {
            Assert.NotNull(person.RecoveryCodesSavedAt);
        }

        if (factor?.ActivatedAt is not null)
        {
            Assert.Contains(
                await context.SecurityEvents.Where(row => row.PersonId == personId).Select(row => row.Method).ToListAsync(),
                method => method == ProofMethod.AuthenticatorApp);
        }
    }

    private static byte[] HashOf(Guid personId, string code) => SHA256.HashData(
        [.. personId.ToByteArray(bigEndian: true), .. Encoding.ASCII.GetBytes(code.Replace("-", "", StringComparison.Ordinal))]);

    private static async Task<Sealer> SealerAsync(TestDatabase database, string passphraseFile)
    {
        var contexts = database.Services().BuildServiceProvider().GetRequiredService<IDbContextFactory<SsoDbContext>>();
        var ring = new DataKeyRing(
            contexts,
            WrappingKey.FromPassphrase((await File.ReadAllTextAsync(passphraseFile)).Trim(), WrappingKey.ProgramRounds),
            TimeProvider.System);
        await ring.LoadAsync(CancellationToken.None);
        return new Sealer(ring, TimeProvider.System);
    }

    private enum Acknowledgement
    {
        Nothing,
        AppIsActiveAndCodesWereShown,
        CodesAreSaved,
    }

    private sealed class Enrolment
    {
        /// <summary>The password, the page with the key, a code of the app, a recovery code.</summary>
        public const int Steps = 4;

        private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly List<TimeSpan> _took = [];
        private long _began;

        /// <summary>The step before or amid which the process is killed.</summary>
        public int Target { get; init; } = -1;

        /// <summary>True if that step begins only after the kill.</summary>
        public bool Waits { get; init; }

        public Task Arrived => _arrived.Task;

        /// <summary>Each step that was done.</summary>
        public IReadOnlyList<TimeSpan> Took => _took;

        public string Key { get; set; } = "";

        public IReadOnlyList<string> Codes { get; set; } = [];

        public Acknowledgement Reached { get; set; }

        public void GoOn() => _goOn.TrySetResult();

        public async Task BeginAsync(int step)
        {
            if (step > 0)
            {
                _took.Add(TimeProvider.System.GetElapsedTime(_began));
            }

            if (step == Target)
            {
                _arrived.TrySetResult();
                await (Waits ? _goOn.Task : Task.CompletedTask);
            }

            _began = TimeProvider.System.GetTimestamp();
        }
    }
}
