using System.CommandLine;
using Sso.Admin.People;

namespace Sso.Server.Commands;

/// <summary><c>sso user import</c>: people of another system, with the passwords and second factors they have there.</summary>
internal static class PersonImportCommand
{
    private const int ShownProblems = 50;
    private static readonly Argument<FileInfo> Input = new("file") { Description = "One JSON object per line (UTF-8)." };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Check every line and write nothing." };

    private static readonly Option<bool> Verified = new("--emails-are-verified")
    {
        Description = "Believe email_verified of the file; otherwise every address counts as not confirmed.",
    };

    public static Command Build(CommandHost host)
    {
        var import = new Command("import", "Take people over from another system, with their password hashes, app seeds and phones.") { Input, DryRun, Verified };
        import.SetAction((parsed, cancellation) => host.OnDatabaseWithSecretsAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var file = parsed.GetRequiredValue(Input);
                if (!file.Exists)
                {
                    return output.Fail(ExitCode.Usage, $"There is no file {file}.", "Name a file with one JSON object per line.");
                }

                var choices = new ImportChoices(parsed.GetValue(DryRun), parsed.GetValue(Verified));
                var report = await services.GetRequiredService<ImportPeople>().ExecuteAsync(
                    File.ReadLinesAsync(file.FullName, cancellation), choices, cancellation);
                output.Done(report, CommandJson.Readable.ImportReport, people => Describe(people, report, choices.DryRun));
                return report.Problems.IsEmpty ? ExitCode.Done : ExitCode.Refused;
            },
            cancellation));
        return import;
    }

    private static void Describe(CommandOutput output, ImportReport report, bool dryRun)
    {
        output.Say(dryRun ? $"{report.Imported} of {report.Lines} lines can be imported. Nothing was written." : $"{report.Imported} of {report.Lines} lines imported.");
        output.Note($"With a second factor: {report.WithSecondFactor}. With a weak password hash, kept under ours until they sign in: {report.Wrapped}.");
        output.Warn(report.Problems.Take(ShownProblems).Select(problem => $"line {problem.Line}, {problem.Field}: {problem.What} {problem.Remedy}"));
        if (report.Problems.Length > ShownProblems)
        {
            output.Note($"And {report.Problems.Length - ShownProblems} more; --json lists them all.");
        }
    }
}
