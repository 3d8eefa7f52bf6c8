using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.RegularExpressions;
using Sso.Server.Operations;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Operations;

/// <summary>Counts what a request costs, and compares it with the test and with docs/costs.md.</summary>
internal static partial class RequestCosts
{
    /// <summary>docs/costs.md.</summary>
    public static Dictionary<string, (int Reads, int Writes, int Signatures)> Documented() => Row()
        .Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "costs.md")))
        .ToDictionary(row => row.Groups[1].Value, row => (Number(row.Groups[2]), Number(row.Groups[3]), Number(row.Groups[4])));

    /// <summary>The requests that the classes of this folder measure.</summary>
    public static IEnumerable<string> Measured() =>
        from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "Sso.Server.Tests", "Operations"), "*BudgetTests.cs")
        from Match match in MeasuredName().Matches(File.ReadAllText(file))
        select match.Groups[1].Value;

    public static async Task MeasureAsync<T>(
        SsoServer server, string name, (int Reads, int Writes, int Signatures) expected, Func<Task<T>> request)
    {
        var signed = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, server.App.Services.GetService(typeof(ServerMetrics))))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>(
            (instrument, count, _, _) => Interlocked.Add(ref signed, instrument.Name == "sso.signatures" ? (int)count : 0));
        listener.Start();
        server.Statements.Reset();
        await request();
        var measured = (server.Statements.Reads, server.Statements.Writes, signed);
        Assert.True(expected == measured, $"{name} costs {measured}\n" + string.Join("\n---\n", server.Statements.Commands));
        Assert.Equal(expected, Documented()[name]);
    }

    private static int Number(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\| ([^|]+?) \| (\d+) \| (\d+) \| (\d+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"await CostsAsync\(\s*""([^""]+)""")]
    private static partial Regex MeasuredName();
}
