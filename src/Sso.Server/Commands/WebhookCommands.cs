using System.CommandLine;
using Sso.Admin;
using Sso.Admin.Webhooks;
using Sso.Data.Webhooks;

namespace Sso.Server.Commands;

/// <summary><c>sso webhook …</c>.</summary>
internal static class WebhookCommands
{
    /// <summary>A server looks every two seconds, and a call takes ten at most.</summary>
    private static readonly TimeSpan LongestTest = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    private static readonly Argument<string> Url = new("url") { Description = "The https address that takes the messages." };
    private static readonly Argument<string> Id = new("id") { Description = "The webhook, such as wh_0123456789ab." };
    private static readonly Option<string> NewUrl = new("--url") { Description = "The https address that takes the messages from now on." };
    private static readonly Option<string[]> NewEvents = new("--events")
    {
        Description = "Types of events, such as person.signed_in, instead of those it has.",
        AllowMultipleArgumentsPerToken = true,
    };
    private static readonly Option<bool> AllEvents = new("--all-events")
    {
        Description = "All types but person.read and api.read, those of later versions too.",
    };
    private static readonly Argument<string?> Message =
        new("id") { Description = "The delivery, such as msg_….", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string[]> Events = new("--events")
    {
        Description = "Types of events, such as person.signed_in. [*: all but person.read and api.read]",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [.. NewWebhook.Usual],
    };
    private static readonly Option<int> Hours = new("--hours")
    {
        Description = "How long the former secret signs as well; 0 if somebody may have seen it. [24]",
        DefaultValueFactory = _ => 24,
    };
    private static readonly Option<bool> Failed = new("--failed") { Description = "Those that were given up." };
    private static readonly Option<string> Webhook = new("--webhook") { Description = "Only those of this webhook." };

    public static Command Build(CommandHost host) =>
        new("webhook", "Who is told of security events (Standard Webhooks).")
    {
        Add(host), List(host), Show(host), Set(host), Rotate(host),
        Switch(host, "disable", "Send nothing any more. What happens meanwhile is not told, and what waits is given up.", isOn: false),
        Switch(host, "enable", "Send again what happens from now on.", isOn: true),
        Test(host), Remove(host), Deliveries(host), Replay(host), Types(host),
    };

    private static Command Add(CommandHost host)
    {
        var add = new Command("add", "Tell an address of security events. Its secret is shown once.") { Url, Events };
        add.SetAction((parsed, cancellation) => host.OnDatabaseWithSecretsAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var input = new NewWebhook { Url = parsed.GetRequiredValue(Url), Events = [.. parsed.GetValue(Events)!] };
                return WithSecret(
                    output, await services.GetRequiredService<AddWebhook>().ExecuteAsync(input, cancellation),
                    added => $"Added the webhook {added.Id}. Every server tells it within two seconds.");
            },
            cancellation));
        return add;
    }

    private static Command List(CommandHost host)
    {
        var list = new Command("list", "List the webhooks, with what waits for them and what was given up.");
        list.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var webhooks = await services.GetRequiredService<ListWebhooks>().ExecuteAsync(cancellation);
                return output.Done(webhooks, CommandJson.Readable.ImmutableArrayWebhookView, people => people.Table(
                    ["Webhook", "Address", "Events", "State", "Waiting", "Given up"],
                    webhooks.Select(webhook => (string[])
                        [webhook.Id, webhook.Url, EventsOf(webhook), StateOf(webhook), $"{webhook.Waiting}", $"{webhook.Failed}"])));
            },
            cancellation));
        return list;
    }

    private static Command Show(CommandHost host)
    {
        var show = new Command("show", "Show one webhook.") { Id };
        show.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) => OneWebhook(
                output, await services.GetRequiredService<ListWebhooks>().FindAsync(parsed.GetRequiredValue(Id), cancellation),
                (people, webhook) => people.Facts(
                    ("Webhook", webhook.Id),
                    ("Address", webhook.Url),
                    ("Events", EventsOf(webhook)),
                    ("Added", CommandOutput.Time(webhook.CreatedAt)),
                    ("State", StateOf(webhook)),
                    ("Failing since", webhook.FailingSince is { } since ? CommandOutput.Time(since) : null),
                    ("Two secrets until", webhook.FormerSecretUntil is { } until ? CommandOutput.Time(until) : null),
                    ("Waiting", $"{webhook.Waiting}"),
                    ("Given up", $"{webhook.Failed}"))),
            cancellation));
        return show;
    }

    private static Command Set(CommandHost host)
    {
        var set = new Command("set", "Change the address or the types. The secret stays, and what waits goes to the new address.")
        {
            Id, NewUrl, NewEvents, AllEvents,
        };
        set.Validators.Add(result =>
        {
            var (types, all) = (result.GetResult(NewEvents) is not null, result.GetValue(AllEvents));
            if (types && all)
            {
                result.AddError("Name types with --events, or say --all-events.");
            }
            else if (result.GetValue(NewUrl) is null && !types && !all)
            {
                result.AddError("Say what becomes of it: --url, --events or --all-events.");
            }
        });
        set.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var types = parsed.GetValue(AllEvents) ? [.. NewWebhook.Usual]
                    : parsed.GetResult(NewEvents) is null ? null
                    : parsed.GetValue(NewEvents);
                var change = new WebhookChange { Url = parsed.GetValue(NewUrl), Events = types is null ? null : [.. types] };
                return OneWebhook(
                    output,
                    await services.GetRequiredService<ChangeWebhook>()
                        .ExecuteAsync(parsed.GetRequiredValue(Id), change, _ => true, cancellation),
                    (people, webhook) => people.Say($"Changed the webhook {webhook.Id}. Every server tells it so within two seconds."));
            },
            cancellation));
        return set;
    }

    private static Command Rotate(CommandHost host)
    {
        var rotate = new Command("rotate", "Make a new secret, shown once. For a while messages are signed with both.") { Id, Hours };
        rotate.SetAction((parsed, cancellation) => host.OnDatabaseWithSecretsAsync(
            parsed,
            async (services, output, cancellation) => WithSecret(
                output,
                await services.GetRequiredService<RotateWebhookSecret>()
                    .ExecuteAsync(parsed.GetRequiredValue(Id), parsed.GetValue(Hours), cancellation),
                rotated => rotated.FormerSecretUntil is { } until
                    ? $"The webhook {rotated.Id} has a new secret; the former one signs as well until {CommandOutput.Time(until)}."
                    : $"The webhook {rotated.Id} has a new secret, and no other."),
            cancellation));
        return rotate;
    }

    private static Command Switch(CommandHost host, string name, string what, bool isOn)
    {
        var command = new Command(name, what) { Id };
        command.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) => OneWebhook(
                output, await services.GetRequiredService<SwitchWebhook>().ExecuteAsync(parsed.GetRequiredValue(Id), isOn, cancellation),
                (people, webhook) => ShowSwitched(people, webhook, name)),
            cancellation));
        return command;
    }

    private static void ShowSwitched(CommandOutput people, WebhookView webhook, string name)
    {
        people.Say($"The webhook {webhook.Id} is {name}d.");
        if (webhook is { DisabledAt: not null, Waiting: > 0 })
        {
            people.Warn([$"{Counted.Of(webhook.Waiting, "message that waits is", "messages that wait are")} given up within a minute."]);
        }

        if (webhook.Waiting + webhook.Failed > 0)
        {
            people.Note(
                "What was given up is kept for 30 days. To send it when the webhook is enabled: "
                + $"sso webhook replay --failed --webhook {webhook.Id}");
        }
    }

    private static Command Remove(CommandHost host)
    {
        var remove = new Command("remove", "End a webhook. What waits for it, or was given up, goes with it.") { Id };
        remove.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) => OneWebhook(
                output, await services.GetRequiredService<RemoveWebhook>().ExecuteAsync(parsed.GetRequiredValue(Id), cancellation),
                (people, webhook) => people.Say($"Removed the webhook {webhook.Id}.")),
            cancellation));
        return remove.AskFor(host, Id, "What waits for a webhook that is removed, or was given up, is never sent.");
    }

    private static Command Test(CommandHost host)
    {
        var test = new Command("test", "Have a server send a message about nothing, and tell what came of it.") { Id };
        test.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var outcome = await services.GetRequiredService<TestWebhook>().ExecuteAsync(parsed.GetRequiredValue(Id), cancellation);
                if (outcome.Failed(out var refusal, out var sent))
                {
                    return output.Refuse(refusal);
                }

                var deliveries = services.GetRequiredService<ListWebhookDeliveries>();
                for (var waited = TimeSpan.Zero; sent.Status == WebhookDeliveryStatus.Waiting && waited < LongestTest; waited += Look)
                {
                    await Task.Delay(Look, TimeProvider.System, cancellation);
                    sent = await deliveries.FindAsync(sent.Id, cancellation) ?? sent;
                }

                output.Done(sent, CommandJson.Readable.WebhookDeliveryView, people => people.Judge(
                    sent.Status == WebhookDeliveryStatus.Delivered,
                    sent.Status switch
                    {
                        WebhookDeliveryStatus.Delivered => $"The test {sent.Id} was delivered.",
                        WebhookDeliveryStatus.Failed => $"The test {sent.Id} was not taken: {sent.Outcome}.",
                        _ => $"No server has sent the test {sent.Id} yet.",
                    },
                    sent.Status == WebhookDeliveryStatus.Waiting ? "Is one running? See: sso doctor" : null));
                return sent.Status == WebhookDeliveryStatus.Delivered ? ExitCode.Done : ExitCode.Refused;
            },
            cancellation));
        return test;
    }

    private static Command Deliveries(CommandHost host)
    {
        var deliveries = new Command("deliveries", "List what was sent, waits or was given up, newest first.") { Failed, Webhook };
        deliveries.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var rows = await services.GetRequiredService<ListWebhookDeliveries>()
                    .ExecuteAsync(parsed.GetValue(Webhook), parsed.GetValue(Failed), cancellation);
                return output.Done(rows, CommandJson.Readable.ImmutableArrayWebhookDeliveryView, people => people.Table(
                    ["Delivery", "Webhook", "Type", "Happened", "State", "Attempts", "Latest outcome", "Done", "Next"],
                    rows.Select(row => (string[])
                    [
                        row.Id,
                        row.Webhook,
                        row.Type,
                        CommandOutput.Time(row.CreatedAt),
                        CommandWords.Of(row.Status),
                        $"{row.Attempts}",
                        row.Outcome ?? "–",
                        CommandOutput.Time(row.DoneAt),
                        CommandOutput.Time(row.NextAttemptAt),
                    ])));
            },
            cancellation));
        return deliveries;
    }

    private static Command Replay(CommandHost host)
    {
        var replay = new Command("replay", "Send again: one delivery, or with --failed all that were given up.")
        {
            Message, Failed, Webhook,
        };
        replay.Validators.Add(result =>
        {
            if (result.GetValue(Message) is null != result.GetValue(Failed))
            {
                result.AddError("Name a delivery, or say --failed for all that were given up.");
            }
        });
        replay.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var operation = services.GetRequiredService<ReplayWebhooks>();
                var outcome = parsed.GetValue(Message) is { } id
                    ? await operation.ExecuteAsync(id, cancellation)
                    : await operation.FailedAsync(parsed.GetValue(Webhook), cancellation);
                return outcome.Failed(out var refusal, out var replayed)
                    ? output.Refuse(refusal)
                    : output.Done(
                        replayed, CommandJson.Readable.WebhooksReplayed, people => people.Say($"{replayed.Deliveries} are sent again."));
            },
            cancellation));
        return replay;
    }

    private static Command Types(CommandHost host)
    {
        var types = new Command("events", "List the types of events that can be subscribed to.");
        types.SetAction(parsed => new CommandOutput(host.Terminal, parsed.CommandResult.Command, parsed.GetValue(CommandHost.Json)).Done(
            WebhookType.All, CommandJson.Readable.ImmutableArrayWebhookType, people => people.Table(
                ["Type", "What happened"], WebhookType.All.Select(type => (string[])[type.Name, type.Says]))));
        return types;
    }

    private static int OneWebhook(
        CommandOutput output, Result<WebhookView, Refusal> outcome, Action<CommandOutput, WebhookView> forPeople) =>
        outcome.Failed(out var refusal, out var webhook)
            ? output.Refuse(refusal)
            : output.Done(webhook, CommandJson.Readable.WebhookView, people => forPeople(people, webhook));

    private static int WithSecret(CommandOutput output, Result<WebhookWithSecret, Refusal> outcome, Func<WebhookView, string> sentence) =>
        outcome.Failed(out var refusal, out var made)
            ? output.Refuse(refusal)
            : output.Done(made, CommandJson.Readable.WebhookWithSecret, people =>
            {
                people.Say(sentence(made.Webhook));
                people.Facts(("Secret", made.Secret));
                people.Note("Copy the secret now: it is stored sealed and is never shown again.");
            });

    private static string EventsOf(WebhookView webhook) => CommandWords.List(
        [.. webhook.Events.Select(type => type == WebhookType.Everything ? "all but person.read and api.read" : type)], "\n")
        ?? "all, person.read and api.read too";

    private static string StateOf(WebhookView webhook) =>
        webhook.DisabledAt is { } at ? $"disabled {CommandOutput.Time(at)}: {webhook.DisabledBecause}" : "enabled";
}
