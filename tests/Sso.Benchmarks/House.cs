using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sso.Data.Grants;
using Sso.Server;

namespace Sso.Benchmarks;

/// <summary>One round of housekeeping over three million expired grants: how long a statement of it keeps others waiting.</summary>
internal static class House
{
    private const int Grants = 3_000_000;
    private const double LongestHold = 100;

    public static async Task<Report> MeasureAsync(BenchmarkServer server)
    {
        var report = new Report("House");
        var housekeeping = server.App.Services.GetServices<IHostedService>().OfType<Housekeeping>().Single();
        // Its own round of the minute would take rows while they are still being filled in, and keep this one waiting.
        await housekeeping.StopAsync(CancellationToken.None);
        await FillAsync(server);
        using var deletes = new Deletes();
        using var subscription = DiagnosticListener.AllListeners.Subscribe(deletes);
        var watch = Stopwatch.StartNew();
        await housekeeping.RunAsync(CancellationToken.None);
        var took = watch.Elapsed;
        await using var database = server.OpenDatabase();
        var left = await database.Grants.CountAsync();
        var longest = deletes.Durations.Max();
        report.Add("", "expired grants left", $"{left} of {Grants}", "0", left == 0);
        report.Add(
            "", string.Create(CultureInfo.InvariantCulture, $"longest of {deletes.Durations.Count} statements in {took.TotalSeconds:0} s"),
            $"{Report.Milliseconds(longest)}, p50 {Report.Milliseconds(Statistics.Median(deletes.Durations))}, "
                + $"p99 {Report.Milliseconds(Statistics.Quantile(deletes.Durations, 0.99))}",
            $"≤ {Report.Milliseconds(LongestHold)}", longest <= LongestHold);
        return report;
    }

    /// <summary>One row by EF Core, and copies of it with other ids.</summary>
    private static async Task FillAsync(BenchmarkServer server)
    {
        await using var database = server.OpenDatabase();
        database.Database.SetCommandTimeout(TimeSpan.FromMinutes(10));
        var past = TimeProvider.System.GetUtcNow().AddDays(-40);
        database.Grants.Add(new Grant
        {
            Id = Guid.CreateVersion7(past),
            Secret = new byte[16],
            ClientId = "bench",
            PersonId = Guid.CreateVersion7(past),
            SessionId = Guid.CreateVersion7(past),
            Scopes = ["openid", "profile"],
            Offline = true,
            AuthenticatedAt = past,
            Acr = "urn:sso:acr:2fa",
            Amr = ["pwd", "otp", "mfa"],
            CreatedAt = past,
            ExpiresAt = past.AddDays(30),
            IdleExpiresAt = past.AddDays(14),
        });
        await database.SaveChangesAsync();
        var others = string.Join(", ", database.Model.FindEntityType(typeof(Grant))!.GetProperties()
            .Select(property => property.GetColumnName()).Where(column => column is not ("Id" or "PersonId" or "SessionId"))
            .Select(column => $"\"{column}\""));
        var random = database.Database.ProviderName!.EndsWith("Sqlite", StringComparison.Ordinal)
            ? "randomblob(16)" : "decode(md5(random()::text || clock_timestamp()::text), 'hex')";
        for (var count = 1; count < Grants; count *= 2)
        {
            var copies = $"""
                INSERT INTO "Grants" ("Id", "PersonId", "SessionId", {others})
                SELECT {random}, {random}, {random}, {others} FROM "Grants" LIMIT {Math.Min(count, Grants - count)}
                """;
            await database.Database.ExecuteSqlRawAsync(copies);
        }
    }

    /// <summary>What each delete of grants took.</summary>
    private sealed class Deletes : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
    {
        private IDisposable? _commands;

        /// <summary>Milliseconds.</summary>
        public ConcurrentBag<double> Durations { get; } = [];

        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == DbLoggerCategory.Name)
            {
                _commands = value.Subscribe(this, name => name == RelationalEventId.CommandExecuted.Name);
            }
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value.Value is CommandExecutedEventData executed
                && executed.Command.CommandText.StartsWith("DELETE FROM \"Grants\"", StringComparison.Ordinal))
            {
                Durations.Add(executed.Duration.TotalMilliseconds);
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }

        public void Dispose() => _commands?.Dispose();
    }
}
