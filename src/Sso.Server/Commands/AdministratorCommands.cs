using System.Collections.Immutable;
using System.CommandLine;
using Sso.Accounts.Administrators;
using Sso.Accounts.People;
using Sso.Admin;
using Sso.Data.Administrators;
using Sso.Server.Operations;

namespace Sso.Server.Commands;

/// <summary><c>sso admin …</c>.</summary>
internal static class AdministratorCommands
{
    private static readonly Argument<string> Who = new("name") { Description = "User name, e-mail address or subject." };
    private static readonly Option<string> Role =
        new Option<string>("--role") { Description = "What they may do in the console.", Required = true }
            .AcceptOnlyFromAmong(CommandWords.All<AdministratorRole>());

    private static readonly Option<string[]> Application =
        new("--application") { Description = "The id of a client that this app manager looks after. Repeat it; these are then all." };

    public static Command Build(CommandHost host) => new("admin", "Who may use the console at /console, and in which role.")
    {
        Invite(host),
        List(host),
        Remove(host),
        Link(host),
    };

    private static Command Invite(CommandHost host)
    {
        var invite = new Command("invite", "Give a person a role, or another one.") { Who, Role, Application };
        invite.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var role = CommandWords.Parse<AdministratorRole>(parsed.GetRequiredValue(Role));
                ImmutableArray<string>? applications = parsed.GetValue(Application) is { Length: > 0 } named ? [.. named] : null;
                var outcome = await services.GetRequiredService<GrantRole>().ExecuteAsync(
                    parsed.GetRequiredValue(Who), role, applications, CommandActor.By, cancellation);
                return Answer(output, outcome, $"Role {CommandWords.Of(role)} given to");
            },
            cancellation));
        return invite;
    }

    private static Command List(CommandHost host)
    {
        var list = new Command("list", "List the administrators.");
        list.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var found = await services.GetRequiredService<ListAdministrators>().ExecuteAsync(cancellation);
                return output.Done(found, CommandJson.Readable.ImmutableArrayAdministratorView, people => ShowTable(people, found));
            },
            cancellation));
        return list;
    }

    private static Command Remove(CommandHost host)
    {
        var remove = new Command("remove", "Take a role away. The person stays.") { Who };
        remove.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) => Answer(
                output,
                await services.GetRequiredService<RemoveAdministrator>().ExecuteAsync(parsed.GetRequiredValue(Who), cancellation),
                "No role any more:"),
            cancellation));
        return remove;
    }

    private static Command Link(CommandHost host)
    {
        var link = new Command("link", "Print a link for the first administrator. It works once, for 15 minutes.");
        link.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                if (services.GetRequiredService<IConfiguration>()["Sso:Issuer"] is not { Length: > 0 } issuer)
                {
                    return output.Fail(ExitCode.Usage, "Sso:Issuer is not set.", "It is the address at which people find this server.");
                }

                return await services.GetRequiredService<FirstAdministrator>().MakeLinkAsync(cancellation) is { } secret
                    ? output.Done(
                        new FirstLinkDocument(FirstLink.AddressOf(issuer, secret)), CommandJson.Readable.FirstLinkDocument,
                        people =>
                        {
                            people.Say(FirstLink.AddressOf(issuer, secret));
                            people.Note("It works once, for 15 minutes.");
                        })
                    : output.Fail(
                        ExitCode.Refused, "There has been an administrator already.",
                        "Give somebody a role: sso admin invite anna --role owner");
            },
            cancellation));
        return link;
    }

    private static int Answer(CommandOutput output, Result<PersonView, Refusal> outcome, string done) =>
        outcome.Failed(out var refusal, out var person)
            ? output.Refuse(refusal)
            : output.Done(person, CommandJson.Readable.PersonView, people => people.Say($"{done} {person.UserName} ({person.Email})."));

    private static void ShowTable(CommandOutput people, ImmutableArray<AdministratorView> found)
    {
        if (found.IsEmpty)
        {
            people.Note("There is no administrator. For a link that makes the first one: sso admin link");
            return;
        }

        people.Table(
            ["User name", "E-mail", "Role", "Applications", "Since", "By"],
            found.Select(item => (string[])
            [
                item.UserName, item.Email ?? "–", CommandWords.Of(item.Role), CommandWords.List(item.Applications, "\n") ?? "–",
                CommandOutput.Time(item.CreatedAt), item.CreatedBy,
            ]));
    }
}

/// <summary>For scripts.</summary>
internal sealed record FirstLinkDocument(string Link);
