using System.Diagnostics.Metrics;
using Sso.Accounts.Limits;
using Sso.Testing;
using Xunit;

namespace Sso.Accounts.Tests.Limits;

/// <summary>One table of limits: they are kept, its metric names every line of it, and the page of operators shows it.</summary>
public sealed class LimitTableTests(NarrowLimits accounts) : IClassFixture<NarrowLimits>
{
    private const string Head = "| limit | what is counted | how many | of one | who is told |";

    /// <summary>Run with SSO_WRITE_DOCS=1 to write the table.</summary>
    [Fact]
    public void The_page_of_operators_is_the_table()
    {
        var file = Path.Combine(Repository.Root, "docs", "operators.md");
        var lines = File.ReadAllLines(file).ToList();
        var start = lines.IndexOf(Head) + 2;
        var shown = lines.Skip(start).TakeWhile(line => line.StartsWith('|')).ToList();
        var wanted = new LimitTable(new LimitOptions()).All.Select(RowOf).ToList();
        if (Environment.GetEnvironmentVariable("SSO_WRITE_DOCS") == "1")
        {
            lines.RemoveRange(start, shown.Count);
            lines.InsertRange(start, wanted);
            File.WriteAllText(file, string.Join('\n', lines) + "\n");
            shown = wanted;
        }

        Assert.Equal(wanted, shown);
    }

    [Fact]
    public void No_two_limits_share_their_counters() =>
        Assert.Distinct(new LimitTable(new LimitOptions()).All.Select(limit => limit.Counter));

    [Fact]
    public Task Every_limit_is_kept_and_counted_by_its_name() => accounts.RunAsync<Throttle>(async throttle =>
    {
        var limits = accounts.Get<LimitTable>();
        var cancellation = TestContext.Current.CancellationToken;
        Guid NewId() => Guid.CreateVersion7(accounts.Now);
        var (person, other, attempts) = (NewId(), NewId(), 0);
        (Limit Limit, Func<Task<bool>> IsReached)[] ways =
        [
            (limits.AddressShort, async () => await throttle.ReserveAddressAsync("192.0.2.1", "ada", cancellation) is not null),
            (limits.Names, async () => await throttle.ReserveAddressAsync("192.0.2.2", $"name-{attempts}", cancellation) is not null),
            (limits.Password, async () => await throttle.ReservePasswordAsync("ADA", cancellation) is not null),
            (limits.Code, async () => await throttle.ReserveCodeAsync(person, cancellation) is not null),
            (limits.Try, async () => !await throttle.ReserveTryAsync("challenge", cancellation)),
            (limits.NewText, async () => !await throttle.ReserveNewTextAsync(person, other, null, cancellation)),
            (limits.MailCodeHour, async () => await throttle.ReserveMailCodeAsync(person, $"192.0.2.{attempts}", cancellation) is not null),
            (limits.MailCodeAddress, async () => await throttle.ReserveMailCodeAsync(NewId(), "192.0.2.100", cancellation) is not null),
            (limits.UserCode, async () => await throttle.ReserveUserCodeAsync("192.0.2.1", cancellation) is not null),
            (limits.Client, async () => await throttle.ReserveClientAsync("shop@192.0.2.1", cancellation) is not null),
            (limits.Push, async () => await throttle.ReservePushAsync("192.0.2.1", cancellation) is not null),
            (limits.Fetch, async () => await throttle.ReserveFetchAsync("192.0.2.1", cancellation) is not null),
            (limits.Proof, async () => await throttle.ReserveProofAsync("192.0.2.1", cancellation) is not null),
            (limits.Device, async () => await throttle.ReserveDeviceAsync("192.0.2.1", cancellation) is not null),
            (limits.Asking, async () => await throttle.ReserveAskingAsync("ada", cancellation) is not null),
            (limits.Unknown, async () => await throttle.ReserveUnknownAsync("shop", cancellation) is not null),
            (limits.AskedMail, async () => !await throttle.ReserveAskedMailAsync(person, cancellation)),
            (limits.Registration, async () => await throttle.ReserveRegistrationAsync("192.0.2.1", cancellation) is not null),
        ];
        using var listener = new MeterListener();
        var counted = new List<string?>();
        var meter = accounts.Get<LimitMetrics>();
        listener.InstrumentPublished = (instrument, target) =>
        {
            if (instrument.Name == "sso.signin.limited" && ReferenceEquals(instrument.Meter.Scope, meter))
            {
                target.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => counted.Add(tags[0].Value as string));
        listener.Start();

        foreach (var (limit, isReached) in ways)
        {
            counted.Clear();
            for (attempts = 0; attempts < limit.Most; attempts++)
            {
                Assert.False(await isReached(), $"{limit.Name} at attempt {attempts + 1}");
            }

            Assert.Empty(counted);
            Assert.True(await isReached(), limit.Name);
            Assert.Equal([limit.Name], counted);
        }

        Assert.Equal(limits.All.Select(limit => limit.Name).ToHashSet(), ways.Select(way => way.Limit.Name).ToHashSet());
    });

    private static string RowOf(Limit limit) =>
        $"| `{limit.Name}` | {limit.Counts} | {limit.HowMany}{(limit.Setting is { } setting ? $" (`{setting}`)" : "")} | {limit.Per} | "
            + $"{limit.Told} |";
}

/// <summary>Where the settings that can be changed are soon reached.</summary>
public sealed class NarrowLimits : AccountsDatabase
{
    protected override Dictionary<string, string?> Settings =>
        new() { ["Limits:Pushes"] = "3", ["Limits:Fetches"] = "2", ["Limits:Proofs"] = "4" };
}
