using System.CommandLine;
using System.Globalization;
using Sso.Admin;
using Sso.Admin.Deliveries;
using Sso.Data.Delivery;

namespace Sso.Server.Commands;

/// <summary><c>sso delivery …</c>.</summary>
internal static class DeliveryCommands
{
    private static readonly Option<int> Hours = new("--hours") { Description = "How far back. [24]", DefaultValueFactory = _ => 24 };
    private static readonly Option<bool> Troubled =
        new("--troubled") { Description = "Only those that did not arrive, as far as is known." };

    private static readonly Option<bool> NotLeft = new("--troubled") { Description = "Only those that wait or were given up." };
    private static readonly Argument<string> Route = new("route") { Description = "The route, such as twilio." };
    private static readonly Argument<string> Prefix = new("prefix") { Description = "The prefix, such as +39320." };
    private static readonly Option<bool> Enrolment =
        new("--enrolment") { Description = "For codes that add a number, instead of those that sign in." };

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
        return new("delivery", "What became of texts and mails, what texts cost, and what keeps both from leaving.")
        {
            log, alerts, Pauses(host), Resume(host), Open(host), Mails(host), Retry(host),
        };
    }

    private static Command Pauses(CommandHost host)
    {
        var pauses = new Command("pauses", "List the routes that nodes stay away from, and the prefixes that are closed.");
        pauses.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var found = await services.GetRequiredService<ListPauses>().ExecuteAsync(cancellation);
                return output.Done(found, CommandJson.Readable.PausesView, people => people.Table(
                    ["Stopped", "Where", "Why", "Until"],
                    [
                        .. found.Routes.Select(paused => (string[])
                            [paused.Route, paused.Node, paused.Cause, CommandOutput.Time(paused.Until)]),
                        .. found.Prefixes.Select(closed => (string[])
                        [
                            $"{CommandWords.Of(closed.Purpose)} {closed.Prefix}", "everywhere", "codes are not entered",
                            CommandOutput.Time(closed.Until),
                        ]),
                    ]));
            },
            cancellation));
        return pauses;
    }

    private static Command Resume(CommandHost host)
    {
        var resume = new Command("resume", "Use a route again on every node that stays away from it.") { Route };
        resume.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
                (await services.GetRequiredService<EndPause>().OfRouteAsync(parsed.GetRequiredValue(Route), cancellation))
                    .Failed(out var refusal, out var ended)
                    ? output.Refuse(refusal)
                    : output.Done(
                        ended, CommandJson.Readable.PauseEnded,
                        people => people.Say($"{Counted.Of(ended.Count, "node uses", "nodes use")} it again within two seconds.")),
            cancellation));
        return resume;
    }

    private static Command Open(CommandHost host)
    {
        var open = new Command("open", "Open a prefix that was closed because its codes are not entered.") { Prefix, Enrolment };
        open.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var purpose = parsed.GetValue(Enrolment) ? TextPurpose.Enrolment : TextPurpose.SignIn;
                var outcome = await services.GetRequiredService<EndPause>()
                    .OfPrefixAsync(purpose, parsed.GetRequiredValue(Prefix), cancellation);
                return outcome.Failed(out var refusal, out var ended)
                    ? output.Refuse(refusal)
                    : output.Done(
                        ended, CommandJson.Readable.PauseEnded, people => people.Say("It is open. What is sent from now on is judged."));
            },
            cancellation));
        return open;
    }

    private static Command Mails(CommandHost host)
    {
        var mails = new Command("mails", "List the mails that are kept: which, to which masked address, and what became of them.")
        {
            NotLeft,
        };
        mails.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var found = await services.GetRequiredService<ListMails>()
                    .ExecuteAsync(parsed.GetValue(NotLeft), before: null, ListDeliveries.Most, cancellation);
                return output.Done(found, CommandJson.Readable.ImmutableArrayMailView, people => people.Table(
                    ["Written", "Mail", "Address", "State", "Attempts", "Latest trouble", "Next"],
                    found.Select(mail => (string[])
                    [
                        CommandOutput.Time(mail.CreatedAt),
                        mail.Kind ?? "–",
                        mail.Address ?? "–",
                        CommandWords.Of(mail.Status),
                        $"{mail.Attempts}",
                        mail.Trouble is { } trouble and not MailTrouble.None ? CommandWords.Of(trouble) : "–",
                        CommandOutput.Time(mail.NextAttemptAt),
                    ])));
            },
            cancellation));
        return mails;
    }

    private static Command Retry(CommandHost host)
    {
        var retry = new Command("retry", "Try the mails that wait at once: the relay is well again.");
        retry.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
                (await services.GetRequiredService<RetryMails>().ExecuteAsync(cancellation)).Failed(out var refusal, out var retried)
                    ? output.Refuse(refusal)
                    : output.Done(
                        retried, CommandJson.Readable.MailsRetried,
                        people => people.Say($"{Counted.Of(retried.Mails, "mail is", "mails are")} tried at once.")),
            cancellation));
        return retry;
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
            people.Note($"{Counted.Of(deliveries.Length, "message")}, {cost} €.");
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
