using System.Diagnostics;
using System.Globalization;
using Sso.Data.Factors;
using Sso.Data.People;
using Sso.Protocol;
using Sso.Testing;

namespace Sso.Benchmarks;

/// <summary>
/// Answers that must not tell by their time: 200 interleaved samples of each class over one connection on a warm server;
/// the share of pairs in which one is slower lies between 0.40 and 0.60, and the medians within 5 ms or 5 %.
/// </summary>
internal static class Timing
{
    private const int Samples = 200;
    private const int WarmUp = 20;
    private const string Wrong = "non è questa la frase";

    public static async Task<Report> MeasureAsync(BenchmarkServer server)
    {
        var report = new Report("Timing");
        using var client = server.Connect();
        await SignInAsync(server, client, report);
        await LockedAsync(server, client, report);
        await ResetAsync(server, client, report);
        await PasskeyPageAsync(server, client, report);
        await LongPasswordAsync(server, client, report);
        await RecoveryCodeAsync(server, client, report);
        return report;
    }

    private static async Task SignInAsync(BenchmarkServer server, HttpClient client, Report report)
    {
        var total = Samples + WarmUp;
        var now = TimeProvider.System.GetUtcNow();
        var classes = new Dictionary<string, IReadOnlyList<string>>
        {
            ["nobody"] = [.. Enumerable.Range(0, total).Select(number => $"nobody{number}")],
            ["wrong password"] = await server.AddPeopleAsync("ada", total),
            ["disabled"] = await server.AddPeopleAsync("ed", total, person => person.Disable(now)),
            ["unconfirmed"] = await server.AddPeopleAsync("una", total, person => person.EmailConfirmed = false),
            ["without a password"] = await server.AddPeopleAsync("cy", total, person => person.PasswordHash = null),
            ["failed before"] = await FailedBeforeAsync(server, total),
            ["without an address"] = await server.AddPeopleAsync(
                "no", total, person => (person.Email, person.NormalizedEmail, person.EmailConfirmed) = (null, null, false)),
        };
        var page = await server.OpenAsync(client, "/account");
        var samples = await InterleaveAsync(
            classes, name => client.SendAsync(page.Post(server.NextAddress(), ("Input.UserName", name), ("Input.Password", Wrong))));
        Compare(report, "S64", "sign-in", "nobody", samples);
        var (known, unknown) = (Statistics.Median(samples["wrong password"]), Statistics.Median(samples["nobody"]));
        report.Add(
            "U30", "known and unknown user, medians", $"{Report.Milliseconds(known)} and {Report.Milliseconds(unknown)}",
            "within 15 %", Math.Abs(known - unknown) <= 0.15 * Math.Max(known, unknown));
    }

    /// <summary>Three failures each: the row of the counter is there already.</summary>
    private static async Task<IReadOnlyList<string>> FailedBeforeAsync(BenchmarkServer server, int count)
    {
        var names = await server.AddPeopleAsync("fay", count);
        await FailAsync(server, names, failures: 3, blockedUntil: null);
        return names;
    }

    private static async Task FailAsync(BenchmarkServer server, IEnumerable<string> names, int failures, DateTimeOffset? blockedUntil)
    {
        var now = TimeProvider.System.GetUtcNow();
        await using var database = server.OpenDatabase();
        database.AttemptCounters.AddRange(names.Select(name => new AttemptCounter
        {
            Key = AttemptCounter.KeyOf("password", SignInName.Normalize(name)),
            Count = failures,
            WindowStart = now,
            ExpiresAt = now.AddDays(1),
            BlockedUntil = blockedUntil,
        }));
        await database.SaveChangesAsync();
    }

    private static async Task LockedAsync(BenchmarkServer server, HttpClient client, Report report)
    {
        var total = Samples + WarmUp;
        var classes = new Dictionary<string, IReadOnlyList<string>>
        {
            ["nobody who waits"] = [.. Enumerable.Range(0, total).Select(number => $"nolo{number}")],
            ["somebody who waits"] = await server.AddPeopleAsync("lou", total),
        };
        foreach (var names in classes.Values)
        {
            await FailAsync(server, names, failures: 9, TimeProvider.System.GetUtcNow().AddHours(1));
        }

        var page = await server.OpenAsync(client, "/account");
        Compare(report, "S69", "wait after failures", "nobody who waits", await InterleaveAsync(
            classes, name => client.SendAsync(page.Post(server.NextAddress(), ("Input.UserName", name), ("Input.Password", Wrong)))));
    }

    private static async Task ResetAsync(BenchmarkServer server, HttpClient client, Report report)
    {
        var total = Samples + WarmUp;
        var now = TimeProvider.System.GetUtcNow();
        var classes = new Dictionary<string, IReadOnlyList<string>>
        {
            ["nobody"] = [.. Enumerable.Range(0, total).Select(number => $"niemand{number}")],
            ["somebody"] = await server.AddPeopleAsync("rea", total),
            ["disabled"] = await server.AddPeopleAsync("red", total, person => person.Disable(now)),
            ["an address of nobody"] = [.. Enumerable.Range(0, total).Select(number => $"niemand{number}@example.it")],
        };
        var page = await server.OpenAsync(client, "/password/forgot");
        Compare(report, "S65", "asking for a link", "nobody", await InterleaveAsync(
            classes, name => client.SendAsync(page.Post(server.NextAddress(), ("Input.UserName", name)))));
    }

    private static async Task PasskeyPageAsync(BenchmarkServer server, HttpClient client, Report report)
    {
        var (id, _) = await server.AddClientAsync("authorization_code");
        string Url(string hint) =>
            $"/connect/authorize?client_id={id}&redirect_uri=https%3A%2F%2Fbench.example%2Fcallback"
            + $"&response_type=code&scope=openid&login_hint={hint}";
        var pages = new Dictionary<string, string>();
        foreach (var hint in (string[])["niemand0", "rea0", "cy0"])
        {
            pages[hint] = (await server.OpenAsync(client, Url(hint))).Url;
        }

        var opened = await server.OpenAsync(client, Url("rea0"));
        var classes = pages.Keys.ToDictionary(
            hint => hint == "niemand0" ? "nobody" : hint == "rea0" ? "password" : "no password",
            hint => (IReadOnlyList<string>)[.. Enumerable.Repeat(hint, Samples + WarmUp)]);
        Compare(report, "S67", "sign-in page with passkey options", "nobody", await InterleaveAsync(classes, async hint =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Url(hint));
            request.Headers.TryAddWithoutValidation(
                "Cookie", string.Join("; ", opened.Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
            using var redirect = await client.SendAsync(request);
            using var page = new HttpRequestMessage(HttpMethod.Get, redirect.Headers.Location);
            page.Headers.TryAddWithoutValidation("Cookie", request.Headers.GetValues("Cookie"));
            return await client.SendAsync(page);
        }));
    }

    private static async Task LongPasswordAsync(BenchmarkServer server, HttpClient client, Report report)
    {
        var page = await server.OpenAsync(client, "/account");
        var samples = new List<double>();
        for (var sample = 0; sample < 30; sample++)
        {
            var watch = Stopwatch.StartNew();
            using var answer = await client.SendAsync(
                page.Post(server.NextAddress(), ("Input.UserName", "ada0"), ("Input.Password", new string('x', 1025))));
            await answer.Content.ReadAsStringAsync();
            samples.Add(watch.Elapsed.TotalMilliseconds);
        }

        var slowest = Statistics.Quantile(samples, 0.9);
        report.Add("S1", "a password of 1 025 bytes, p90", Report.Milliseconds(slowest), "< 50 ms", slowest < 50);
    }

    /// <summary>Four wrong codes of someone whose password was right: one fast hash each, not ten slow ones.</summary>
    private static async Task RecoveryCodeAsync(BenchmarkServer server, HttpClient client, Report report)
    {
        var name = (await server.AddPeopleAsync("rec", 1, person => person.RecoveryCodesSaved(TimeProvider.System.GetUtcNow())))[0];
        await using (var database = server.OpenDatabase())
        {
            var now = TimeProvider.System.GetUtcNow();
            var factor = new SecondFactor
            {
                Id = Guid.CreateVersion7(now),
                PersonId = database.Users.Single(person => person.UserName == name).Id,
                Method = ProofMethod.AuthenticatorApp,
                Protected = new byte[64],
                CreatedAt = now,
            };
            factor.Activate(now);
            database.SecondFactors.Add(factor);
            await database.SaveChangesAsync();
        }

        var page = await server.OpenAsync(client, "/account");
        using (var answer = await client.SendAsync(
            page.Post(server.NextAddress(), ("Input.UserName", name), ("Input.Password", SsoServer.Password))))
        {
            OpenPage.Keep(page.Cookies, answer);
        }

        var challenge = await server.OpenAsync(
            client, page.Url.Replace("/signin", "/signin/verify/recovery", StringComparison.Ordinal), page.Cookies);
        var slowest = 0.0;
        for (var attempt = 0; attempt < 4; attempt++)
        {
            var watch = Stopwatch.StartNew();
            using var answer = await client.SendAsync(challenge.Post(server.NextAddress(), ("Input.Code", new string('A', 24))));
            await answer.Content.ReadAsByteArrayAsync();
            slowest = Math.Max(slowest, watch.Elapsed.TotalMilliseconds);
        }

        report.Add("S26", "a wrong recovery code, slowest of 4", Report.Milliseconds(slowest), "< 300 ms", slowest < 300);
    }

    private static async Task<Dictionary<string, List<double>>> InterleaveAsync(
        Dictionary<string, IReadOnlyList<string>> classes, Func<string, Task<HttpResponseMessage>> send)
    {
        var samples = classes.Keys.ToDictionary(name => name, _ => new List<double>());
        var order = classes.Keys.ToArray();
        for (var sample = 0; sample < Samples + WarmUp; sample++)
        {
            System.Security.Cryptography.RandomNumberGenerator.Shuffle<string>(order);
            foreach (var name in order)
            {
                var watch = Stopwatch.StartNew();
                using var answer = await send(classes[name][sample]);
                await answer.Content.ReadAsByteArrayAsync();
                if (sample >= WarmUp)
                {
                    samples[name].Add(watch.Elapsed.TotalMilliseconds);
                }
            }
        }

        return samples;
    }

    private static void Compare(Report report, string spec, string what, string reference, Dictionary<string, List<double>> samples)
    {
        var expected = Statistics.Median(samples[reference]);
        foreach (var (name, times) in samples.Where(pair => pair.Key != reference))
        {
            var share = times.Zip(samples[reference], (one, other) => one > other ? 1.0 : 0.0).Average();
            var median = Statistics.Median(times);
            var near = Math.Abs(median - expected) <= Math.Max(5, 0.05 * expected);
            report.Add(
                spec,
                $"{what}: {name} against {reference}",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"slower in {share:0.00}; {Report.Milliseconds(median)} and {Report.Milliseconds(expected)}"),
                "0.40–0.60; 5 ms or 5 %",
                share is >= 0.40 and <= 0.60 && near);
        }
    }
}
