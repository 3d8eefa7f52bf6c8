using System.CommandLine;
using Sso.Accounts.Deletion;
using Sso.Accounts.Factors;
using Sso.Accounts.Passwords;
using Sso.Accounts.People;
using Sso.Accounts.Protection;
using Sso.Admin;
using Sso.Data.People;
using Sso.Data.Secrets;

namespace Sso.Server.Commands;

/// <summary><c>sso user …</c>.</summary>
internal static class PersonCommands
{
    private static readonly Argument<string> Who = new("name") { Description = "User name, e-mail address or subject." };
    private static readonly Argument<string> Factor = new("factor") { Description = "As 'sso user show' names it." };
    private static readonly Argument<string> ExternalId =
        new("id") { Description = "The id by which another system, such as billing, knows the person.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<bool> None = new("--none") { Description = "Take the id away." };
    private static readonly Option<string> Search =
        new("--search") { Description = "Only those whose user name or e-mail address begins with this, three characters or more." };
    private static readonly Option<string> Phone = new("--phone")
    {
        Description =
            "Only those who have proved this whole number, such as +393331234567, or as it is dialled in the first country served.",
    };

    private static readonly Option<string> After = new("--after") { Description = "Go on behind this person, by the subject." };
    private static readonly Option<string> Confirmed = new("--confirm") { Description = "The same name once more." };
    private static readonly Option<int> Limit = new("--limit") { Description = "How many at most.", DefaultValueFactory = _ => 200 };

    private static readonly Option<int> Newest = new("--limit") { Description = "How many at most.", DefaultValueFactory = _ => 50 };

    public static Command Build(CommandHost host) => new("user", "The people who sign in.")
    {
        PersonAddCommand.Build(host),
        PersonImportCommand.Build(host),
        List(host),
        Show(host),
        Events(host),
        SetPasswordCommand(host),
        SendPasswordLinkCommand(host),
        Unlock(host),
        Change<SignOutPerson>(
            host, "sign-out", "End every session, token and trusted browser of a person.", "Signed out",
            (signOut, who, cancellation) => signOut.ExecuteAsync(who, CommandActor.By, cancellation)),
        Change<DisablePerson>(
            host, "disable", "Close an account and sign the person out everywhere.", "Disabled",
            (disable, who, cancellation) => disable.ExecuteAsync(who, cancellation)),
        Change<EnablePerson>(
            host, "enable", "Open a closed account again.", "Enabled",
            (enable, who, cancellation) => enable.ExecuteAsync(who, cancellation)),
        SetExternalIdCommand(host),
        RemoveFactorCommand(host),
        UndoContacts(host),
        Delete(host),
    };

    private static Command List(CommandHost host)
    {
        var list = new Command("list", "List people.") { Search, Phone, After, Limit };
        list.Validators.Add(result =>
        {
            if (result.GetResult(Search) is not null && result.GetResult(Phone) is not null)
            {
                result.AddError("Give --search or --phone, not both.");
            }
        });
        list.SetAction((parsed, cancellation) => parsed.GetValue(Phone) is { } phone
            ? host.OnDatabaseWithSecretsAsync(
                parsed,
                async (services, output, cancellation) =>
                {
                    await services.GetRequiredService<DataKeyRing>().LoadAsync(cancellation);
                    var outcome = await services.GetRequiredService<FindByNumber>()
                        .ExecuteAsync(phone, parsed.GetValue(After), Most(parsed), cancellation);
                    return outcome.Failed(out var refusal, out var page) ? output.Refuse(refusal) : Answer(output, page);
                },
                cancellation)
            : host.OnDatabaseAsync(
                parsed,
                async (services, output, cancellation) => Answer(
                    output,
                    await services.GetRequiredService<ListPeople>()
                        .ExecuteAsync(parsed.GetValue(Search), parsed.GetValue(After), Most(parsed), cancellation)),
                cancellation));
        return list;
    }

    private static int Most(ParseResult parsed) => Math.Clamp(parsed.GetValue(Limit), 1, 10_000);

    private static Command Show(CommandHost host)
    {
        var show = new Command("show", "Show one person with second factors, sessions and waits.") { Who };
        show.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var outcome = await services.GetRequiredService<ShowPerson>()
                    .ExecuteAsync(parsed.GetRequiredValue(Who), CommandActor.By, cancellation);
                return outcome.Failed(out var refusal, out var person)
                    ? output.Refuse(refusal)
                    : output.Done(person, CommandJson.Readable.PersonDetails, people => Describe(people, person));
            },
            cancellation));
        return show;
    }

    private static Command Events(CommandHost host)
    {
        var events = new Command("events", "Show what happened to an account, the newest first.") { Who, Newest };
        events.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var (who, limit) = (parsed.GetRequiredValue(Who), Math.Clamp(parsed.GetValue(Newest), 1, 10_000));
                var outcome = await services.GetRequiredService<ListPersonEvents>()
                    .ExecuteAsync(who, limit, withReadings: true, CommandActor.By, cancellation);
                return outcome.Failed(out var refusal, out var list)
                    ? output.Refuse(refusal)
                    : output.Done(
                        list, CommandJson.Readable.ImmutableArrayPersonEventView, people => ShowTable(people, list, limit));
            },
            cancellation));
        return events;
    }

    private static Command SetPasswordCommand(CommandHost host)
    {
        var command = new Command(
            "set-password", "Give a new password. Signs the person out everywhere.") { Who, PasswordInput.FromStandardInput };
        command.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                if (await PasswordInput.ReadAsync(parsed, host.Terminal, output, cancellation) is not { } password)
                {
                    return ExitCode.Usage;
                }

                var outcome = await services.GetRequiredService<SetPassword>()
                    .ExecuteAsync(parsed.GetRequiredValue(Who), password, cancellation);
                return Answer(output, outcome, "Set the password of");
            },
            cancellation));
        return command;
    }

    private static Command SendPasswordLinkCommand(CommandHost host)
    {
        var command = new Command(
            "send-password-link", "Send a link to a new password to the confirmed address of the account.") { Who };
        command.SetAction((parsed, cancellation) => host.OnDatabaseWithMailsAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                await services.GetRequiredService<DataKeyRing>().LoadAsync(cancellation);
                return Answer(
                    output,
                    await services.GetRequiredService<SendPasswordLink>()
                        .ExecuteAsync(parsed.GetRequiredValue(Who), CommandActor.By, cancellation),
                    "A link to a new password goes to");
            },
            cancellation));
        return command;
    }

    private static Command SetExternalIdCommand(CommandHost host)
    {
        var command = new Command(
            "set-external-id", "Set the id by which another system knows a person, or take it away.") { Who, ExternalId, None };
        command.Validators.Add(result =>
        {
            if (result.GetValue(ExternalId) is not null == result.GetValue(None))
            {
                result.AddError("Give the id, or --none to take it away.");
            }
        });
        command.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var outcome = await services.GetRequiredService<SetExternalId>()
                    .ExecuteAsync(parsed.GetRequiredValue(Who), parsed.GetValue(ExternalId), cancellation);
                return outcome.Failed(out var refusal, out var person)
                    ? output.Refuse(refusal)
                    : output.Done(person, CommandJson.Readable.PersonProfile, people => people.Say(
                        person.ExternalId is { } id
                            ? $"The external id of {person.UserName} is {id}."
                            : $"{person.UserName} has no external id."));
            },
            cancellation));
        return command;
    }

    private static Command RemoveFactorCommand(CommandHost host)
    {
        var command = new Command("remove-factor", "Take a second factor from a person and sign them out everywhere.") { Who, Factor };
        command.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var (who, factor) = (parsed.GetRequiredValue(Who), parsed.GetRequiredValue(Factor));
                return Answer(
                    output,
                    await services.GetRequiredService<RemoveFactor>().ExecuteAsync(who, factor, cancellation),
                    "Removed a second factor of");
            },
            cancellation));
        return command;
    }

    private static Command UndoContacts(CommandHost host)
    {
        var command = new Command(
            "undo-contacts",
            "Take back the changes of address and numbers of the last 30 days, and sign the person out everywhere.") { Who };
        command.SetAction((parsed, cancellation) => host.OnDatabaseWithSecretsAsync(
            parsed,
            async (services, output, cancellation) => Answer(
                output,
                await services.GetRequiredService<UndoContactChanges>().ExecuteAsync(parsed.GetRequiredValue(Who), cancellation),
                "Restored the contacts of"),
            cancellation));
        return command;
    }

    /// <summary>It asks for the name twice, because nothing can bring an account back.</summary>
    private static Command Delete(CommandHost host)
    {
        var delete = new Command(
            "delete", "Delete a person for ever, with everything but the record of security events.") { Who, Confirmed };
        delete.SetAction((parsed, cancellation) => host.OnDatabaseWithSecretsAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var who = parsed.GetRequiredValue(Who);
                const string Loss = "An account that is deleted does not come back.";
                var isMeant = parsed.GetValue(Confirmed) is { } confirmed
                    ? confirmed == who
                    : Confirmation.CanAsk(host, parsed) && await Confirmation.IsTypedAsync(host, who, Loss, cancellation);
                if (!isMeant)
                {
                    return output.Fail(
                        ExitCode.Usage,
                        Loss,
                        $"If you mean it: sso user delete {who} --confirm {who}");
                }

                await services.GetRequiredService<DataKeyRing>().LoadAsync(cancellation);
                return Answer(output, await services.GetRequiredService<DeletePerson>().ExecuteAsync(who, cancellation), "Deleted");
            },
            cancellation));
        return delete;
    }

    private static Command Unlock(CommandHost host)
    {
        var command = new Command("unlock", "End the waits after too many wrong passwords or codes.") { Who };
        command.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
                (await services.GetRequiredService<UnlockPerson>()
                    .ExecuteAsync(parsed.GetRequiredValue(Who), CommandActor.By, cancellation)).Failed(out var refusal, out var unlocked)
                    ? output.Refuse(refusal)
                    : Answer(output, unlocked.Person, unlocked.HadFailures ? "Unlocked" : "Nothing was counted against"),
            cancellation));
        return command;
    }

    private static Command Change<TOperation>(
        CommandHost host, string name, string description, string done,
        Func<TOperation, string, CancellationToken, Task<Result<PersonView, Refusal>>> change)
        where TOperation : class
    {
        var command = new Command(name, description) { Who };
        command.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
                Answer(output, await change(services.GetRequiredService<TOperation>(), parsed.GetRequiredValue(Who), cancellation), done),
            cancellation));
        return command;
    }

    private static int Answer(CommandOutput output, Result<Person, Refusal> outcome, string done) =>
        Answer(output, PersonView.Of(outcome), done);

    private static int Answer(CommandOutput output, Result<PersonView, Refusal> outcome, string done) =>
        outcome.Failed(out var refusal, out var person)
            ? output.Refuse(refusal)
            : output.Done(person, CommandJson.Readable.PersonView, people => people.Say($"{done} {person.UserName} ({person.Email})."));

    private static int Answer(CommandOutput output, PeoplePage page) =>
        output.Done(page.People, CommandJson.Readable.ImmutableArrayPersonView, console => ShowTable(console, page));

    private static void ShowTable(CommandOutput console, PeoplePage page)
    {
        if (page.People.IsEmpty)
        {
            console.Note("Nobody found. Add someone: sso user add anna --email anna@example.com");
            return;
        }

        console.Table(
            ["User name", "E-mail", "Name", "Last access", "State"],
            page.People.Select(person => (string[])
            [
                person.UserName, person.Email ?? "–", person.Name ?? "–", CommandOutput.Time(person.LastAccessAt),
                person.DisabledAt is null ? "active" : "disabled",
            ]));
        if (page.Last is { } last)
        {
            console.Note(
                $"The first {page.People.Length}. Narrow the list with --search, widen it with --limit, or go on: --after {last}");
        }
    }

    private static void ShowTable(CommandOutput console, IReadOnlyCollection<PersonEventView> events, int limit)
    {
        if (events.Count == 0)
        {
            console.Note("Nothing is recorded.");
            return;
        }

        console.Table(
            ["When", "What", "How", "Application", "Address", "By"],
            events.Select(item => (string[])
            [
                CommandOutput.Time(item.At), CommandWords.Of(item.Kind) + Beside(item),
                CommandWords.List([.. item.Methods.Select(CommandWords.Of)], ", ") ?? "–", item.ClientId ?? "–", item.Address ?? "–",
                item.Actor ?? "owner",
            ]));
        if (events.Count == limit)
        {
            console.Note($"The newest {limit}. Show more with --limit.");
        }
    }

    private static string Beside(PersonEventView item) =>
        CommandWords.List([.. new[] { item.Reason, item.Detail }.OfType<string>()], ", ") is { } words ? $" ({words})" : "";

    private static void Describe(CommandOutput people, PersonDetails details)
    {
        var person = details.Person;
        people.Facts(
            ("User name", person.UserName),
            ("Subject", person.Sub),
            ("External id", person.ExternalId),
            ("E-mail", person.Email is null ? null : person.Email + (person.EmailVerified ? " (verified)" : " (not verified)")),
            ("Name", person.Name),
            ("Role", details.Role is { } role ? CommandWords.Of(role) : null),
            ("State", person.DisabledAt is null ? "active" : $"disabled since {CommandOutput.Time(person.DisabledAt)}"),
            ("Password", details.HasPassword ? null : InWords(details)),
            ("To be deleted", details.DeletionDueAt is null ? null : $"{CommandOutput.Time(details.DeletionDueAt)}, as its owner asked"),
            ("Added", CommandOutput.Time(person.CreatedAt)),
            ("Last access", CommandOutput.Time(person.LastAccessAt) + (details.LastAccessAddress is { } address ? $" from {address}" : "")),
            ("Second factors", CommandWords.List([.. details.SecondFactors.Select(Describe)], "\n") ?? "none"),
            ("Recovery codes left", $"{details.RecoveryCodesLeft}"),
            ("Open sessions", $"{details.OpenSessions}"),
            ("Wrong passwords", details.PasswordFailures == 0 ? null : $"{details.PasswordFailures}"),
            ("Waits until", details.BlockedUntil is null
                ? null
                : $"{CommandOutput.Time(details.BlockedUntil)}; end it with: sso user unlock {person.UserName}"));
    }

    private static string InWords(PersonDetails details) => details switch
    {
        { PasswordLinkExpiresAt: { } expires } => $"none; the link to choose one is good until {CommandOutput.Time(expires)}",
        { Person: { Email: not null, EmailVerified: true } person } =>
            $"none, and no link is out; send one with: sso user send-password-link {person.UserName}",
        _ => $"none, and no confirmed address for a link; give one with: sso user set-password {details.Person.UserName}",
    };

    private static string Describe(FactorView factor) =>
        $"{factor.Id}: {CommandWords.Of(factor.Method)}, since {CommandOutput.Time(factor.AddedAt)}, "
        + $"last used {CommandOutput.Time(factor.LastUsedAt)}"
        + (factor.ConsecutiveFailures == 0 ? "" : $", {factor.ConsecutiveFailures} wrong codes");
}
