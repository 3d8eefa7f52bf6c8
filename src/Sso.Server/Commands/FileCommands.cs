using System.CommandLine;
using System.Text;
using Sso.Admin.Files;

namespace Sso.Server.Commands;

/// <summary><c>sso export</c>, <c>sso plan</c> and <c>sso apply</c>: applications, resources and brands as a file.</summary>
internal static class FileCommands
{
    private const long LargestFile = 4 * 1024 * 1024;

    private static readonly Argument<FileInfo> Input = new("file") { Description = "Of YAML, as sso export writes it." };
    private static readonly Option<FileInfo> Output = new("--output") { Description = "A file to write, instead of the terminal." };
    private static readonly Option<bool> Prune = new("--prune")
    {
        Description = "Remove what this file managed and names no more. Without it, such registrations stay.",
    };

    private static readonly Option<bool> OverwriteDrift = new("--overwrite-drift")
    {
        Description = "Make what was changed by hand what the file says.",
    };

    private static readonly Option<string> FailOn = new Option<string>("--fail-on")
    {
        Description = "changes: end with 4 where the file would change something, and with 5 where that breaks an application; "
            + "breaks: with 5 only.",
    }.AcceptOnlyFromAmong("changes", "breaks");

    public static Command BuildExport(CommandHost host)
    {
        var export = new Command("export", "Write applications, resources and brands as a file. There are no secrets in it.") { Output };
        export.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var text = await services.GetRequiredService<ExportFile>().ExecuteAsync(cancellation);
                if (parsed.GetValue(Output) is not { } file)
                {
                    host.Terminal.Out.Write(text);
                    return ExitCode.Done;
                }

                try
                {
                    await File.WriteAllTextAsync(file.FullName, text, cancellation);
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    return output.FailOnFile(ExitCode.Usage, "The file cannot be written", exception);
                }

                output.Say($"Written to {file}. Secrets are not in it.");
                return ExitCode.Done;
            },
            cancellation));
        return export;
    }

    public static Command BuildPlan(CommandHost host)
    {
        var plan = new Command("plan", "Say what a file would change, and which applications break. Nothing is written.");
        plan.Add(FailOn);
        return Build(host, isPlan: true, plan);
    }

    public static Command BuildApply(CommandHost host)
    {
        var apply = new Command("apply", "Make applications, resources and brands what a file says: all of it, or nothing.");
        apply.Add(OverwriteDrift);
        return Build(host, isPlan: false, apply);
    }

    private static Command Build(CommandHost host, bool isPlan, Command command)
    {
        command.Add(Input);
        command.Add(Prune);
        command.SetAction((parsed, cancellation) =>
        {
            var path = parsed.GetRequiredValue(Input);
            var refusal = new CommandOutput(host.Terminal, command, json: false);
            if (ReadText(path, refusal) is not { } text)
            {
                return Task.FromResult(ExitCode.Usage);
            }

            if (FileReader.Read(text, path.DirectoryName ?? ".").Failed(out var flaws, out var file))
            {
                return Task.FromResult(FileWords.Refuse(refusal, path.Name, flaws.Flaws));
            }

            var choices = new FileChoices(isPlan, parsed.GetValue(Prune), !isPlan && parsed.GetValue(OverwriteDrift));
            return host.OnDatabaseAsync(parsed, RunAsync, cancellation, withSecrets: file.NeedsKey);

            async Task<int> RunAsync(IServiceProvider services, CommandOutput output, CancellationToken cancellation)
            {
                var outcome = await services.GetRequiredService<ApplyFile>().ExecuteAsync(file, choices, cancellation);
                output.Done(
                    outcome, CommandJson.Readable.FileOutcome, people => FileWords.Describe(people, host, path.Name, outcome, choices));
                return !outcome.IsPossible(choices.OverwritesDrift) ? ExitCode.Refused
                    : isPlan ? CodeOf(outcome, parsed.GetValue(FailOn)) : ExitCode.Done;
            }
        });
        return command;
    }

    private static int CodeOf(FileOutcome plan, string? failOn) => failOn switch
    {
        not null when plan.Changes.Any(change => !change.Breaks.IsEmpty) => ExitCode.Breaks,
        "changes" when plan.Changes.Any(change => change.ChangesRegistration()) => ExitCode.Changes,
        _ => ExitCode.Done,
    };

    /// <summary>Null if it cannot be read, after saying why.</summary>
    private static string? ReadText(FileInfo file, CommandOutput refusal)
    {
        var flaw = !file.Exists ? $"There is no file {file}."
            : file.Length > LargestFile ? $"The file has more than {LargestFile / 1024 / 1024} MiB."
            : null;
        if (flaw is not null)
        {
            refusal.Fail(ExitCode.Usage, flaw);
            return null;
        }

        try
        {
            return File.ReadAllText(file.FullName, Encoding.UTF8);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            refusal.FailOnFile(ExitCode.Usage, "The file cannot be read", exception);
            return null;
        }
    }
}
