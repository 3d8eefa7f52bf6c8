using Sso.Data.Operations;
using Sso.Server.Operations;

namespace Sso.Server.Polling;

/// <summary>Polls each second, and tries a write now and then; a setting with which the server cannot run stops the program.</summary>
internal sealed partial class ConfigurationPollingService(
    ConfigurationPolling polling, WriteProbe writes, TimeProvider clock, IHostApplicationLifetime lifetime,
    ILogger<ConfigurationPollingService> log) : BackgroundService
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
            catch (Exception exception) when (exception is SettingsException or SchemaException)
            {
                CannotRun(log, exception, exception.Message);
                Environment.ExitCode = exception is SchemaException ? ExitCode.Database : ExitCode.Refused;
                lifetime.StopApplication();
                return;
            }
            // Whatever happens, the next round comes: an exception here would end the whole server.
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                RoundFailed(log, exception);
            }
        }
    }

    [LoggerMessage(EventId = 1102, Level = LogLevel.Critical, Message = "{Problem}")]
    private static partial void CannotRun(ILogger log, Exception exception, string problem);

    [LoggerMessage(EventId = 1115, Level = LogLevel.Error, Message = "A round of the poll failed")]
    private static partial void RoundFailed(ILogger log, Exception exception);
}
