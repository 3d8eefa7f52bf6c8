using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Sso.Benchmarks;

/// <summary>
/// 500 sign-ins at once while tokens are refreshed and discovery is read (S76): hashing has its lane, and everybody else goes on.
/// </summary>
internal static class Flood
{
    private const int SignIns = 500;

    /// <summary>So many crowds, one after the other: more to judge by, and memory that is bounded grows with the first two only.</summary>
    private const int Waves = 6;

    public static async Task<Report> MeasureAsync(BenchmarkServer server)
    {
        var report = new Report("Flood");
        var session = await Flow.BeginAsync(server);
        var people = await server.AddPeopleAsync("flood", SignIns);
        using var crowd = server.Connect(SignIns);
        var pages = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => server.OpenAsync(crowd, "/account")));
        // The sign-ins are what is measured, and not the arrival of 500 connections.
        await Task.WhenAll(
            Enumerable.Range(0, SignIns).Select(async _ => (await crowd.GetAsync(new Uri(server.Issuer, "/health/live"))).Dispose()));
        await SteadyAsync(session, until: () => false, rounds: 300);

        var statuses = new ConcurrentBag<HttpStatusCode>();
        var (refresh, discovery, sizes) = (new List<double>(), new List<double>(), new List<double>());
        for (var wave = 0; wave < Waves; wave++)
        {
            // Others come first in each crowd: whoever has guessed five times is told to wait, which is another answer.
            var first = wave * SignIns / Waves;
            var flood = Task.WhenAll(people.Skip(first).Concat(people.Take(first)).Select(async (name, index) =>
            {
                using var answer = await crowd.SendAsync(
                    pages[index % pages.Length]
                        .Post(server.NextAddress(), ("Input.UserName", name), ("Input.Password", "non è questa la frase")));
                statuses.Add(answer.StatusCode);
            }));
            var steady = await SteadyAsync(session, until: () => flood.IsCompleted, rounds: int.MaxValue);
            await flood;
            refresh.AddRange(steady.Refresh);
            discovery.AddRange(steady.Discovery);
            sizes.Add(Environment.WorkingSet / (1024.0 * 1024));
        }

        var grown = sizes[^1] - sizes[1];

        var (slowRefresh, slowDiscovery) = (Statistics.Quantile(refresh, 0.99), Statistics.Quantile(discovery, 0.99));
        report.Add("S76", $"refresh, p99 of {refresh.Count}", Report.Milliseconds(slowRefresh), "< 250 ms", slowRefresh < 250);
        report.Add("S76", $"discovery, p99 of {discovery.Count}", Report.Milliseconds(slowDiscovery), "< 100 ms", slowDiscovery < 100);
        report.Add(
            "S76", $"memory from the second to the last of {Waves} crowds",
            string.Create(CultureInfo.InvariantCulture, $"{sizes[1]:0} {grown:+0;-0} MiB"), "< +50 MiB", grown < 50);
        var (tried, busy) =
            (statuses.Count(status => status == HttpStatusCode.OK), statuses.Count(status => status == HttpStatusCode.ServiceUnavailable));
        var others = string.Concat(
            statuses.Where(status => status is not (HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable))
                .CountBy(status => status).Select(other => $", {other.Value} × {(int)other.Key}"));
        report.Add(
            "S76", "sign-ins answered or told to come back", $"{tried} tried, {busy} busy{others}",
            $"{SignIns * Waves} in all, no other answer", tried + busy == SignIns * Waves);
        return report;
    }

    private static async Task<(List<double> Refresh, List<double> Discovery)> SteadyAsync(Flow session, Func<bool> until, int rounds)
    {
        var (refresh, discovery) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds && !until(); round++)
        {
            refresh.Add(await TimedAsync(session.RefreshAsync));
            discovery.Add(await TimedAsync(session.DiscoveryAsync));
        }

        return (refresh, discovery);
    }

    private static async Task<double> TimedAsync(Func<Task> request)
    {
        var watch = Stopwatch.StartNew();
        await request();
        return watch.Elapsed.TotalMilliseconds;
    }
}
