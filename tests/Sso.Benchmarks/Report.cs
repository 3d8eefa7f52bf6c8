using System.Globalization;

namespace Sso.Benchmarks;

/// <summary>One measured claim: what it is, what was measured, what is wanted.</summary>
internal sealed record Row(string Spec, string What, string Measured, string Wanted, bool Passed);

/// <summary>The table that a run prints, and whether it passed.</summary>
internal sealed class Report(string title)
{
    private readonly List<Row> _rows = [];

    public bool Failed => _rows.Any(row => !row.Passed);

    public void Add(string spec, string what, string measured, string wanted, bool passed) =>
        _rows.Add(new(spec, what, measured, wanted, passed));

    public void Print()
    {
        Console.WriteLine();
        Console.WriteLine(
            $"{title}: {Environment.ProcessorCount} cores, load {LoadAverage()}, .NET {Environment.Version}, "
                + $"{Testing.TestDatabase.ChosenProvider}");
        Console.WriteLine("| row | what | measured | wanted | |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var row in _rows)
        {
            Console.WriteLine($"| {row.Spec} | {row.What} | {row.Measured} | {row.Wanted} | {(row.Passed ? "ok" : "FAILED")} |");
        }
    }

    public static string Milliseconds(double value) => value.ToString("0.0", CultureInfo.InvariantCulture) + " ms";

    private static string LoadAverage() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}

internal static class Statistics
{
    public static double Median(IEnumerable<double> samples) => Quantile(samples, 0.5);

    public static double Quantile(IEnumerable<double> samples, double share)
    {
        var sorted = samples.Order().ToArray();
        return sorted[(int)Math.Min(sorted.Length - 1, Math.Floor(share * sorted.Length))];
    }
}
