using Sso.Data.Operations;

namespace Sso.Server.Operations;

/// <summary>Polls each second, and tries a write now and then; a setting that cannot be run with stops the program.</summary>
public sealed partial class ConfigurationPollingService(
    ConfigurationPolling polling, WriteProbe writes, TimeProvider clock, IHostApplicationLifetime lifetime, ILogger<ConfigurationPollingService> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await polling.PollAsync(stoppingToken);
                await writes.RunIfDueAsync(stoppingToken);
            }
            catch (SettingsException exception)
            {
                CannotRun(log, exception.Message);
                Environment.ExitCode = 1;
                lifetime.StopApplication();
                return;
            }
            // A row that cannot be understood stops no server; until it is mended the node serves what it read before, and soon is not ready.
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                CannotRead(log, DatabaseTroubles.InOneLine(exception));
            }
        }
    }

    [LoggerMessage(EventId = 1102, Level = LogLevel.Critical, Message = "{Problem}")]
    private static partial void CannotRun(ILogger log, string problem);

    [LoggerMessage(EventId = 1113, Level = LogLevel.Error, Message = "Keys, registrations or brands cannot be read: {Kind}")]
    private static partial void CannotRead(ILogger log, string kind);
}
