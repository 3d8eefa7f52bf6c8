using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Factors;

namespace Sso.Delivery.Spending;

/// <summary>
/// Tells operators what the spend guard does: each stop counts in the metrics, and once for each limit, subject and hour
/// there are a row and a line in the log.
/// </summary>
public sealed partial class DeliveryAlerts(DeliveryMetrics metrics, ILogger<DeliveryAlerts> log)
{
    public async Task StoppedAsync(
        SsoDbContext database, string limit, string name, string subject, DateTimeOffset now, CancellationToken cancellation)
    {
        metrics.CountStopped(limit);
        if (await IsNewAsync(database, limit, name, subject, now, cancellation))
        {
            Stopped(log, limit, subject);
        }
    }

    public async Task BudgetSpentAsync(SsoDbContext database, string budget, DateTimeOffset now, CancellationToken cancellation)
    {
        metrics.CountStopped(budget);
        if (await IsNewAsync(database, budget, "", "", now, cancellation))
        {
            BudgetSpent(log, budget);
        }
    }

    public async Task BudgetHalfSpentAsync(SsoDbContext database, string budget, DateTimeOffset now, CancellationToken cancellation)
    {
        if (await IsNewAsync(database, budget + "-half", "", "", now, cancellation))
        {
            BudgetHalfSpent(log, budget);
        }
    }

    public async Task BudgetNearAsync(SsoDbContext database, string budget, DateTimeOffset now, CancellationToken cancellation)
    {
        if (await IsNewAsync(database, budget + "-near", "", "", now, cancellation))
        {
            BudgetNear(log, budget);
        }
    }

    public async Task PrefixClosedAsync(SsoDbContext database, string prefix, DateTimeOffset now, CancellationToken cancellation)
    {
        metrics.CountStopped("conversion");
        if (await IsNewAsync(database, "conversion", prefix, prefix, now, cancellation))
        {
            PrefixClosed(log, prefix);
        }
    }

    /// <summary>
    /// One text to the country costs more than the budget, or than the part of it that its purpose may use: none leaves until a setting is
    /// changed.
    /// </summary>
    public async Task TooDearAsync(SsoDbContext database, string budget, string country, DateTimeOffset now, CancellationToken cancellation)
    {
        metrics.CountStopped("too-dear");
        if (await IsNewAsync(database, "too-dear", country, country, now, cancellation))
        {
            TooDear(log, country, budget);
        }
    }

    public async Task PriceTooLowAsync(SsoDbContext database, string country, DateTimeOffset now, CancellationToken cancellation)
    {
        if (await IsNewAsync(database, "price", country, country, now, cancellation))
        {
            PriceTooLow(log, country);
        }
    }

    private static async Task<bool> IsNewAsync(
        SsoDbContext database, string limit, string name, string subject, DateTimeOffset now, CancellationToken cancellation)
    {
        var hour = now.UtcDateTime.ToString("yyyyMMddHH", CultureInfo.InvariantCulture);
        var key = AttemptCounter.KeyOf("alert-" + limit, $"{hour}/{name}");
        if (await database.DeliveryAlerts.AnyAsync(alert => alert.Key == key, cancellation))
        {
            return false;
        }

        var alert = new DeliveryAlert { Key = key, At = now, Limit = limit, Subject = subject };
        var isNew = await database.TryInsertAsync(alert, cancellation);
        database.Entry(alert).State = EntityState.Detached;
        return isNew;
    }

    [LoggerMessage(EventId = 2141, Level = LogLevel.Warning, Message = "Texts are stopped by the limit {Limit} for {Subject}")]
    private static partial void Stopped(ILogger log, string limit, string subject);

    [LoggerMessage(
        EventId = 2142, Level = LogLevel.Error,
        Message = "Texts are stopped: {Budget} is spent (or the part of it that enrolment may use)")]
    private static partial void BudgetSpent(ILogger log, string budget);

    [LoggerMessage(
        EventId = 2143, Level = LogLevel.Warning, Message = "Four fifths of {Budget} are spent: enrolment by text stops, sign-in goes on")]
    private static partial void BudgetNear(ILogger log, string budget);

    [LoggerMessage(EventId = 2146, Level = LogLevel.Information, Message = "Half of {Budget} is spent")]
    private static partial void BudgetHalfSpent(ILogger log, string budget);

    [LoggerMessage(
        EventId = 2144, Level = LogLevel.Error, Message = "{Prefix} is closed for texts: its codes are not entered, as in pumping")]
    private static partial void PrefixClosed(ILogger log, string prefix);

    [LoggerMessage(
        EventId = 2147,
        Level = LogLevel.Error,
        Message = "No text leaves for {Country}: one costs more than the whole {Budget} (of which enrolment and notices may use "
            + "four fifths). Raise the budget or lower Delivery:Prices")]
    private static partial void TooDear(ILogger log, string country, string budget);

    [LoggerMessage(EventId = 2145, Level = LogLevel.Warning, Message = "A text cost more than Delivery:Prices:{Country} says; raise it")]
    private static partial void PriceTooLow(ILogger log, string country);
}
