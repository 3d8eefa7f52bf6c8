using System.Diagnostics.Metrics;
using Sso.Accounts.Limits;
using Sso.Testing;
using Xunit;

namespace Sso.Accounts.Tests.Limits;

/// <summary>One table of limits: they are kept, its metric names every line of it, and the page of operators shows it.</summary>
public sealed class LimitTableTests(NarrowLimits accounts) : IClassFixture<NarrowLimits>
{
    /// <summary>How an attempt is reserved, or its counter named.</summary>
    private static readonly string[] Ways = [".TryReserveAsync(", ".TryReserveWithBackoffAsync(", "AttemptCounter.KeyOf("];

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
        Assert.Distinct(new LimitTable(new LimitOptions()).All.Select(limit => limit.Counter).OfType<string>());

    /// <summary>
    /// What else counts attempts would be a limit that neither the table nor the metric knows. Each exception says what it is instead.
    /// </summary>
    [Fact]
    public void Attempts_are_counted_by_the_throttle_alone()
    {
        Dictionary<string, string> exceptions = new()
        {
            ["Sso.Data/Factors/AttemptLimits.cs"] = "is what counts",
            ["Sso.Data/Factors/SingleUse.cs"] = "remembers what counts once, and limits nothing",
            ["Sso.Accounts/Limits/Throttle.cs"] = "keeps the table",
            ["Sso.Accounts/Limits/Throttle.SignIn.cs"] = "keeps the table",
            ["Sso.Accounts/Limits/LimitTable.cs"] = "is the table",
            ["Sso.Accounts/Factors/PasskeyCeremonies.cs"] = "remembers what counts once, and limits nothing",
            ["Sso.Delivery/TextSender.cs"] = "the limits of texts, which are settings (Delivery:Limits)",
            ["Sso.Delivery/Spending/WindowCounter.cs"] = "the limits of texts, which are settings (Delivery:Limits)",
            ["Sso.Delivery/Spending/ConversionBreaker.cs"] = "the limits of texts, which are settings (Delivery:Limits)",
            ["Sso.Delivery/Spending/DeliveryAlerts.cs"] = "remembers what was told, and limits nothing else",
            ["Sso.Delivery/Receipts/TextReceipts.cs"] = "remembers what counts once, and limits nothing",
        };
        var source = Path.Combine(Repository.Root, "src");
        var counting = Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
            .Where(file => File.ReadLines(file).Any(line => Ways.Any(way => line.Contains(way, StringComparison.Ordinal))))
            .Select(file => Path.GetRelativePath(source, file).Replace('\\', '/'))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal));
        // The acts of texts ask the limits of texts by a method of the same name.
        Assert.Equal(exceptions.Keys.Order(), counting.Where(file => file != "Sso.Accounts/Factors/MessageChallenges.cs").Order());
    }

    /// <summary>In a row of its own instead of a counter: the act that counts says that the limit was reached.</summary>
    [Theory]
    [InlineData("Sso.Accounts/Factors/SecondStep.cs", nameof(LimitTable.Factor))]
    [InlineData("Sso.Accounts/Factors/MessageChallenges.cs", nameof(LimitTable.Resend))]
    public void What_is_counted_in_the_row_that_it_limits_has_its_number_from_the_table(string file, string limit)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "src", file));
        Assert.Contains($"LimitTable.{limit}.Most", text, StringComparison.Ordinal);
        Assert.Contains($"Reached(LimitTable.{limit})", text, StringComparison.Ordinal);
    }

    [Fact]
    public Task Every_limit_is_kept_and_counted_by_its_name() => accounts.RunAsync<Throttle>(async throttle =>
    {
        var limits = accounts.Get<LimitTable>();
        var cancellation = TestContext.Current.CancellationToken;
        Guid NewId() => Guid.CreateVersion7(accounts.Now);
        var (person, other, attempts) = (NewId(), NewId(), 0);
        (Limit Limit, Func<Task<bool>> IsReached)[] ways =
        [
            (LimitTable.AddressShort, async () => await throttle.ReserveAddressAsync("192.0.2.1", "ada", cancellation) is not null),
            (LimitTable.Names, async () => await throttle.ReserveAddressAsync("192.0.2.2", $"name-{attempts}", cancellation) is not null),
            (LimitTable.Password, async () => await throttle.ReservePasswordAsync("ADA", cancellation) is not null),
            (LimitTable.Code, async () => await throttle.ReserveCodeAsync(person, cancellation) is not null),
            (LimitTable.Try, async () => !await throttle.ReserveTryAsync("challenge", cancellation)),
            (LimitTable.NewText, async () => !await throttle.ReserveNewTextAsync(person, other, null, cancellation)),
            (LimitTable.MailCodeHour, async () =>
                await throttle.ReserveMailCodeAsync(person, $"192.0.2.{attempts}", cancellation) is not null),
            (LimitTable.MailCodeAddress, async () =>
                await throttle.ReserveMailCodeAsync(NewId(), "192.0.2.100", cancellation) is not null),
            (LimitTable.ResetLinkAddress, async () =>
                !await throttle.ReserveResetLinkAsync("192.0.2.1", $"name-{attempts}", cancellation)),
            (LimitTable.ResetLinkAccount, async () =>
                !await throttle.ReserveResetLinkAsync($"198.51.100.{attempts}", "ada", cancellation)),
            (LimitTable.SentLink, async () => !await throttle.ReserveSentLinkAsync(person, cancellation)),
            (LimitTable.TestMessage, async () => await throttle.ReserveTestAsync(person, cancellation) is not null),
            (LimitTable.NewAddress, async () =>
                await throttle.ReserveNewAddressAsync(person, $"192.0.2.{attempts}", cancellation) is not null),
            (LimitTable.NewAddressVisitor, async () =>
                await throttle.ReserveNewAddressAsync(NewId(), "192.0.2.100", cancellation) is not null),
            (LimitTable.NewAddressTarget, async () => !await throttle.ReserveNewAddressMailAsync("ADA@EXAMPLE.IT", cancellation)),
            (LimitTable.LostFactor, async () => !await throttle.ReserveLostFactorAsync(person, cancellation)),
            (LimitTable.LostFactorLink, async () => !await throttle.ReserveLostFactorLinkAsync(person, cancellation)),
            (LimitTable.FactorReset, async () => !await throttle.ReserveFactorResetAsync(person, cancellation)),
            (LimitTable.LooserPolicy, async () => !await throttle.ReserveLooserPolicyAsync(person, cancellation)),
            (LimitTable.RefusalRecord, async () =>
                !await throttle.ReserveRefusalRecordAsync("secret", "shop", "192.0.2.1", cancellation)),
            (LimitTable.RefusalRecordAddress, async () =>
                !await throttle.ReserveRefusalRecordAsync("secret", $"shop-{attempts}", "192.0.2.2", cancellation)),
            (LimitTable.RefusalRecordClient, async () =>
                !await throttle.ReserveRefusalRecordAsync("secret", "busy-shop", $"198.51.100.{attempts}", cancellation)),
            (LimitTable.UserCode, async () => await throttle.ReserveUserCodeAsync("192.0.2.1", cancellation) is not null),
            (LimitTable.Client, async () => await throttle.ReserveClientAsync("shop@192.0.2.1", cancellation) is not null),
            (limits.Push, async () => await throttle.ReservePushAsync("192.0.2.1", cancellation) is not null),
            (limits.Fetch, async () => await throttle.ReserveFetchAsync("192.0.2.1", cancellation) is not null),
            (limits.Proof, async () => await throttle.ReserveProofAsync("192.0.2.1", cancellation) is not null),
            (LimitTable.Device, async () => await throttle.ReserveDeviceAsync("192.0.2.1", cancellation) is not null),
            (LimitTable.Asking, async () => await throttle.ReserveAskingAsync("ada", cancellation) is not null),
            (LimitTable.Unknown, async () => await throttle.ReserveUnknownAsync("shop", cancellation) is not null),
            (LimitTable.AskedMail, async () => !await throttle.ReserveAskedMailAsync(person, cancellation)),
            (LimitTable.Registration, async () => await throttle.ReserveRegistrationAsync("192.0.2.1", cancellation) is not null),
            (limits.Api, async () => await throttle.ReserveApiRequestAsync("billing", cancellation) is not null),
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

        counted.Clear();
        Limit[] inRows = [.. limits.All.Where(limit => limit.Counter is null)];
        foreach (var limit in inRows)
        {
            throttle.Reached(limit);
        }

        Assert.Equal(inRows.Select(limit => limit.Name), counted);
        Assert.Equal(
            limits.All.Select(limit => limit.Name).ToHashSet(),
            ways.Select(way => way.Limit.Name).Concat(inRows.Select(limit => limit.Name)).ToHashSet());
    });

    private static string RowOf(Limit limit) =>
        $"| `{limit.Name}` | {limit.Counts} | {limit.HowMany}{(limit.Setting is { } setting ? $" (`{setting}`)" : "")} | {limit.Per} | "
            + $"{limit.Told} |";
}

/// <summary>Where the settings that can be changed are soon reached.</summary>
public sealed class NarrowLimits : AccountsDatabase
{
    protected override Dictionary<string, string?> Settings =>
        new() { ["Limits:Pushes"] = "3", ["Limits:Fetches"] = "2", ["Limits:Proofs"] = "4", ["Limits:ApiRequests"] = "5" };
}
