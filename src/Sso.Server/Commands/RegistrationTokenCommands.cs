using System.CommandLine;
using Sso.Admin;
using Sso.Admin.Registrations;

namespace Sso.Server.Commands;

/// <summary><c>sso registration-token …</c>.</summary>
internal static class RegistrationTokenCommands
{
    private static readonly Argument<string> Name = new("name") { Description = "What operators call it, such as partner-2026." };
    private static readonly Option<int> Uses =
        new("--uses") { Description = "How many applications may register with it. [1]", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> Days = new("--days") { Description = "How long it lives. [7]", DefaultValueFactory = _ => 7 };

    public static Command Build(CommandHost host) =>
        new("registration-token", "Initial access tokens, with which applications register themselves (RFC 7591).")
    {
        Add(host), List(host), Remove(host),
    };

    private static Command Add(CommandHost host)
    {
        var add = new Command("add", "Make a token. It is shown once.") { Name, Uses, Days };
        add.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var outcome = await services.GetRequiredService<AddRegistrationToken>().ExecuteAsync(
                    parsed.GetRequiredValue(Name), parsed.GetValue(Uses), parsed.GetValue(Days), cancellation);
                return outcome.Failed(out var refusal, out var added)
                    ? output.Refuse(refusal)
                    : output.Done(added, CommandJson.Readable.RegistrationTokenAdded, people =>
                    {
                        people.Say(
                            $"Added the registration token {added.Token.Name}: good for "
                                + $"{Counted.Of(added.Token.MostUses, "registration")} until "
                                + $"{CommandOutput.Time(added.Token.ExpiresAt)}.");
                        people.Facts(("Token", added.Value));
                        people.Note("Copy it now: it is stored as a hash and is never shown again.");
                    });
            },
            cancellation));
        return add;
    }

    private static Command List(CommandHost host)
    {
        var list = new Command("list", "List the tokens, and how often each was used.");
        list.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var tokens = await services.GetRequiredService<ListRegistrationTokens>().ExecuteAsync(cancellation);
                return output.Done(tokens, CommandJson.Readable.ImmutableArrayRegistrationTokenView, people => people.Table(
                    ["Name", "Made", "Until", "Used", "Of"],
                    tokens.Select(token => (string[])
                        [
                            token.Name, CommandOutput.Time(token.CreatedAt),
                            CommandOutput.Time(token.ExpiresAt), $"{token.Uses}", $"{token.MostUses}",
                        ])));
            },
            cancellation));
        return list;
    }

    private static Command Remove(CommandHost host)
    {
        var remove = new Command("remove", "End a token. What was registered with it stays.") { Name };
        remove.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
                (await services.GetRequiredService<RemoveRegistrationToken>().ExecuteAsync(parsed.GetRequiredValue(Name), cancellation))
                    .Failed(out var refusal, out var token)
                    ? output.Refuse(refusal)
                    : output.Done(
                        token, CommandJson.Readable.RegistrationTokenView,
                        people => people.Say($"Removed the registration token {token.Name}.")),
            cancellation));
        return remove.AskFor(host, Name, "Nothing can register with a token that is removed.");
    }
}
