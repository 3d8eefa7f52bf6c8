using System.Collections.Immutable;
using System.CommandLine;
using Sso.Server.Doctor;

namespace Sso.Server.Commands;

/// <summary><c>sso doctor</c>: exit code 1 if something does not work until it is mended.</summary>
internal static class DoctorCommand
{
    private static readonly Option<string> SendTo =
        new("--send-to") { Description = "A mobile number that gets a real text by each route, at its price." };

    public static Command Build(CommandHost host)
    {
        var doctor = new Command(
            "doctor",
            "Examine settings, database, keys, clocks, where it listens and its certificate, the public address, proxies, mail and texts, "
                + "and say what to do.")
        {
            SendTo,
        };
        doctor.SetAction(async (parsed, cancellation) =>
        {
            var output = new CommandOutput(host.Terminal, parsed.CommandResult.Command, parsed.GetValue(CommandHost.Json));
            var findings = await Examiner.RunAsync(
                host.Settings, parsed.GetValue(SendTo), host.Terminal.Clock, host.Terminal.Folder, cancellation);
            output.Done(findings, CommandJson.Readable.ImmutableArrayFinding, people => Tell(people, findings));
            return findings.Any(finding => finding.State == FindingState.Wrong) ? ExitCode.Refused : ExitCode.Done;
        });
        return doctor;
    }

    private static void Tell(CommandOutput people, ImmutableArray<Finding> findings)
    {
        foreach (var finding in findings)
        {
            people.Judge(finding.State switch
            {
                FindingState.Good => true,
                FindingState.Wrong => false,
                _ => null,
            }, $"{finding.Subject}: {finding.What}", finding.Remedy);
        }

        var wrong = findings.Count(finding => finding.State == FindingState.Wrong);
        people.Note(wrong switch
        {
            0 => "Nothing is wrong.",
            1 => "1 thing is wrong.",
            _ => $"{wrong} things are wrong. Begin with the first: it may explain the others.",
        });
    }
}
