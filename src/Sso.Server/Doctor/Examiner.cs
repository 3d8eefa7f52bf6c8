using System.Collections.Immutable;
using Sso.Data.Operations;
using Sso.Server.Operations;

namespace Sso.Server.Doctor;

/// <summary>
/// Asks everything that a running installation depends on, in an order in which the first wrong answer explains the later ones.
/// </summary>
internal sealed class Examiner(
    SettingsExamination settings,
    DatabaseExamination database,
    ListeningExamination listening,
    IssuerExamination issuer,
    DeliveryExamination delivery,
    BackupExamination backup)
{
    /// <param name="arguments">Settings as for <c>sso serve</c>.</param>
    /// <param name="sendTo">The number that gets a text by each route; null sends nothing.</param>
    /// <param name="clock">That of this machine.</param>
    /// <param name="folder">As for <see cref="ServerApplication.Build"/>.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<ImmutableArray<Finding>> RunAsync(
        string[] arguments, string? sendTo, TimeProvider clock, string? folder, CancellationToken cancellation)
    {
        try
        {
            await using var app = ServerApplication.Build(
                arguments,
                builder =>
                {
                    builder.Logging.ClearProviders();
                    builder.Services.AddSingleton(clock);
                },
                folder);
            await using var scope = app.Services.CreateAsyncScope();
            return [.. await scope.ServiceProvider.GetRequiredService<Examiner>().ExamineAsync(sendTo, cancellation)];
        }
        catch (SettingsException exception)
        {
            return
            [
                .. exception.Message.Split(Environment.NewLine)
                    .Select(flaw => Finding.Wrong("settings", flaw, "Correct it; the server does not start with it.")),
                .. exception.Doubts.Select(sentence => Finding.Doubtful("settings", sentence, SettingsExamination.Misspelt)),
                Finding.NotExamined("database", "Everything else wants settings that can be used.", "Run the doctor again."),
            ];
        }
    }

    /// <summary>
    /// What is doubtful or wrong, as far as a running server sees it without a word to anybody else: it has opened its settings and its
    /// secrets already.
    /// </summary>
    public async Task<ImmutableArray<Finding>> FindTroubleAsync(CancellationToken cancellation)
    {
        List<Finding> findings =
        [
            .. settings.Unknown(), .. await database.KeysAsync(cancellation), await database.ClockAsync(cancellation),
            .. await database.WorkAsync(cancellation), await database.ClientsAsync(cancellation), issuer.Proxies(),
        ];
        return [.. findings.Where(finding => finding.State is FindingState.Doubtful or FindingState.Wrong)];
    }

    private async Task<List<Finding>> ExamineAsync(string? sendTo, CancellationToken cancellation)
    {
        List<Finding> findings =
        [
            Finding.Good("settings", "All can be used."), .. settings.Unknown(), SettingsExamination.Runtime(), .. settings.KeyFile(),
        ];
        var (reached, canGoOn) = await database.ReachAsync(cancellation);
        findings.Add(reached);
        if (canGoOn)
        {
            try
            {
                findings.AddRange(await settings.ChangedSinceStartAsync(cancellation));
                findings.AddRange(await database.OwnerAsync(cancellation));
                findings.Add(await database.SecretsAsync(cancellation));
                findings.AddRange(await database.KeysAsync(cancellation));
                findings.Add(await database.ClockAsync(cancellation));
                findings.AddRange(await database.WorkAsync(cancellation));
                findings.Add(await database.ClientsAsync(cancellation));
                findings.Add(await backup.LatestAsync(cancellation));
            }
            // It went away, or refuses, in the middle of it.
            catch (Exception exception) when (DatabaseTroubles.Find(exception) is { } trouble)
            {
                findings.Add(database.InWords(trouble));
                canGoOn = false;
            }
        }

        findings.AddRange(await listening.ExamineAsync(cancellation));
        findings.AddRange(await issuer.ReachAsync(canGoOn, cancellation));
        findings.Add(issuer.Proxies());
        findings.Add(await delivery.MailAsync(cancellation));
        findings.AddRange(await delivery.TextsAsync(sendTo, cancellation));
        return findings;
    }
}
