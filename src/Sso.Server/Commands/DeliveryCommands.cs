using System.CommandLine;
using System.Globalization;
using Sso.Admin.Deliveries;
using Sso.Data.Delivery;

namespace Sso.Server.Commands;

/// <summary><c>sso delivery …</c>.</summary>
internal static class DeliveryCommands
{
    private static readonly Option<int> Hours = new("--hours") { Description = "How far back. [24]", DefaultValueFactory = _ => 24 };
    private static readonly Option<bool> Troubled =
        new("--troubled") { Description = "Only those that did not arrive, as far as is known." };

    public static Command Build(CommandHost host)
    {
        var log = new Command(
            "log",
            "List the text messages: when, to which masked number, by which route, at what cost, and what became of them.")
        {
            Hours, Troubled,
        };
        log.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed, (services, output, cancellation) => LogAsync(Back(parsed), parsed.GetValue(Troubled), services, output, cancellation),
            cancellation));
        var alerts = new Command("alerts", "List what the spend guard stopped, or is about to.") { Hours };
        alerts.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed, (services, output, cancellation) => AlertsAsync(Back(parsed), services, output, cancellation), cancellation));
        return new("delivery", "What became of text messages, and what they cost.") { log, alerts };
    }

    private static TimeSpan Back(ParseResult parsed) => TimeSpan.FromHours(Math.Clamp(parsed.GetValue(Hours), 1, 24 * 366));

    private static async Task<int> LogAsync(
        TimeSpan back, bool onlyTroubled, IServiceProvider services, CommandOutput output, CancellationToken cancellation)
    {
        var deliveries = await services.GetRequiredService<ListDeliveries>().ExecuteAsync(back, onlyTroubled, cancellation);
        return output.Done(deliveries, CommandJson.Readable.ImmutableArrayDeliveryView, people =>
        {
            people.Table(
                ["Sent", "Number", "Purpose", "Route", "Outcome", "Receipt", "Cost €", "Code entered"],
                deliveries.Select(delivery => (string[])
                [
                    CommandOutput.Time(delivery.SentAt),
                    $"{delivery.Number} ({delivery.Country})",
                    CommandWords.Of(delivery.Purpose),
                    delivery.Route,
                    delivery.Outcome ?? "–",
                    Receipt(delivery),
                    delivery.Cost.ToString("0.0000", CultureInfo.InvariantCulture),
                    delivery.Entered is { } at ? CommandOutput.Time(at) : "–",
                ]));
            var cost = deliveries.Sum(delivery => delivery.Cost).ToString("0.00", CultureInfo.InvariantCulture);
            people.Note($"{deliveries.Length} messages, {cost} €.");
        });
    }

    private static async Task<int> AlertsAsync(
        TimeSpan back, IServiceProvider services, CommandOutput output, CancellationToken cancellation)
    {
        var alerts = await services.GetRequiredService<ListAlerts>().ExecuteAsync(back, cancellation);
        return output.Done(alerts, CommandJson.Readable.ImmutableArrayAlertView, people => people.Table(
            ["When", "Limit", "Of"],
            alerts.Select(
                alert => (string[])
                [
                    CommandOutput.Time(alert.At), alert.Limit, alert.Subject.Length == 0 ? "the whole server" : alert.Subject,
                ])));
    }

    private static string Receipt(DeliveryView delivery) => delivery.Receipt == TextReceiptStatus.None
        ? "–"
        : CommandWords.Of(delivery.Receipt) + (delivery.ReceiptCode is { } code ? $" {code}" : "");
}
