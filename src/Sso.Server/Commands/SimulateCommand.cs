using System.CommandLine;
using System.Net;
using Sso.Accounts.SignIn;
using Sso.Server.Http;

namespace Sso.Server.Commands;

/// <summary><c>sso simulate</c>: what would happen if somebody signed in, and why.</summary>
internal static class SimulateCommand
{
    private static readonly Option<string> User =
        new("--user") { Description = "User name, e-mail address or subject.", Required = true };
    private static readonly Option<string> Client = new("--client") { Description = "The client id.", Required = true };
    private static readonly Option<string> Address = new("--address") { Description = "From where. Left out: from nowhere known." };
    private static readonly Option<bool> NewDevice = new("--new-device")
    {
        Description = "In a browser that nobody knows. Without it: in the one that the person had remembered last.",
    };

    public static Command Build(CommandHost host)
    {
        var simulate = new Command("simulate", "Say what would happen if somebody signed in now, and why. Nobody signs in.")
        {
            User, Client, Address, NewDevice,
        };
        simulate.SetAction((parsed, cancellation) =>
        {
            var address = IPAddress.None;
            if (parsed.GetValue(Address) is { } typed && !IPAddress.TryParse(typed, out address))
            {
                return Task.FromResult(new CommandOutput(host.Terminal, simulate, json: false).Fail(
                    ExitCode.Usage, $"'{typed}' is not an address.", "Give it as 192.0.2.7 or 2001:db8::7."));
            }

            return host.OnDatabaseAsync(
                parsed,
                async (services, output, cancellation) =>
                {
                    var visit = new SimulatedVisit(ClientAddress.CountedOf(address), parsed.GetValue(NewDevice));
                    var outcome = await services.GetRequiredService<SimulateSignIn>().ExecuteAsync(
                        parsed.GetRequiredValue(User), parsed.GetRequiredValue(Client), visit, CommandActor.By, cancellation);
                    if (outcome.Failed(out var refusal, out var simulation))
                    {
                        return output.Refuse(refusal);
                    }

                    var document = SimulationWords.Of(simulation);
                    return output.Done(document, CommandJson.Readable.SimulationDocument, people => Describe(people, document));
                },
                cancellation);
        });
        return simulate;
    }

    private static void Describe(CommandOutput people, SimulationDocument document)
    {
        foreach (var step in document.Steps)
        {
            people.Note($"  {step.Step}");
            people.Note($"    {step.Because}");
        }

        people.Judge(document.Outcome == SimulationWords.SignedIn, document.Outcome, document.Remedy);
        foreach (var fact in document.Because)
        {
            people.Note($"  {fact}");
        }
    }
}
