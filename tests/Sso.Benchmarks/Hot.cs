using System.Diagnostics;
using System.Globalization;

namespace Sso.Benchmarks;

/// <summary>
/// The endpoints of every sign-in, with the targets of the peers' measurement beside. Absolute figures differ between machines, so the
/// target is a share of what an empty endpoint does in the same run.
/// </summary>
internal static class Hot
{
    private const int Flows = 16;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(5);

    /// <summary>Requests per second of an empty endpoint where the targets were measured.</summary>
    private const double EmptyThere = 45_000;

    public static async Task<Report> MeasureAsync(BenchmarkServer server)
    {
        var report = new Report("Hot");
        var first = await Flow.BeginAsync(server);
        var flows = new List<Flow> { first };
        while (flows.Count < Flows)
        {
            flows.Add(await first.AnotherAsync(server, flows.Count));
        }

        var (empty, _, _) = await LoadAsync(flows, flow => flow.EmptyAsync());
        report.Add("", "an empty endpoint", Shown(empty), "the measure of the others", true);
        await RowAsync("discovery", 0.8 * 44_000, flow => flow.DiscoveryAsync());
        await RowAsync("key set", 0.8 * 43_500, flow => flow.KeysAsync());
        await RowAsync("client credentials", 0.6 * 7_878, flow => flow.ClientCredentialsAsync());
        await RowAsync("userinfo", 0.8 * 2_214, flow => flow.UserInfoAsync());
        await RowAsync("authorize and code", 0.7 * 1_265, flow => flow.CodeAsync());
        await RowAsync("refresh", 0.7 * 1_490, flow => flow.RefreshAsync());
        return report;

        async Task RowAsync(string what, double targetThere, Func<Flow, Task> request)
        {
            var (rate, median, slow) = await LoadAsync(flows, request);
            var target = empty * targetThere / EmptyThere;
            report.Add(
                "", what, $"{Shown(rate)}, p50 {Report.Milliseconds(median)}, p99 {Report.Milliseconds(slow)}",
                $"≥ {Shown(target)} ({Shown(targetThere)} there)", rate >= target);
        }
    }

    private static async Task<(double Rate, double Median, double Slow)> LoadAsync(List<Flow> flows, Func<Flow, Task> request)
    {
        await RunAsync(flows, request, WarmUp);
        var watch = Stopwatch.StartNew();
        var samples = await RunAsync(flows, request, Measured);
        return (samples.Count / watch.Elapsed.TotalSeconds, Statistics.Median(samples), Statistics.Quantile(samples, 0.99));
    }

    private static async Task<List<double>> RunAsync(List<Flow> flows, Func<Flow, Task> request, TimeSpan time)
    {
        var total = Stopwatch.StartNew();
        var samples = await Task.WhenAll(flows.Select(flow => Task.Run(async () =>
        {
            var own = new List<double>();
            while (total.Elapsed < time)
            {
                var watch = Stopwatch.StartNew();
                await request(flow);
                own.Add(watch.Elapsed.TotalMilliseconds);
            }

            return own;
        })));
        return [.. samples.SelectMany(own => own)];
    }

    private static string Shown(double rate) => string.Create(CultureInfo.InvariantCulture, $"{rate:0}/s");
}
