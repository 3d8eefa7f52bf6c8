using System.CommandLine;
using Sso.Accounts.People;
using Sso.Admin;

namespace Sso.Server.Commands;

/// <summary><c>sso user import</c>: people from another system, with the passwords and second factors they have there.</summary>
internal static class PersonImportCommand
{
    private const int ShownProblems = 50;
    private const long LargestFile = 200L * 1024 * 1024;
    private static readonly Argument<FileInfo> Input = new("file") { Description = "One JSON object per line (UTF-8)." };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Check every line and write nothing." };

    private static readonly Option<bool> Emails = new("--emails-verified")
    {
        Description = "Vouch for email_verified of the file; otherwise every address counts as not confirmed.",
    };

    private static readonly Option<bool> Phones = new("--phones-verified")
    {
        Description = "Vouch for the phones of the file; otherwise none becomes a second factor.",
    };

    private static readonly Option<bool> SkipRefused = new("--skip-refused")
    {
        Description = "Leave out the lines that are refused; otherwise one such line stops the whole file.",
    };

    public static Command Build(CommandHost host)
    {
        var import = new Command("import", "Take people over from another system, with their password hashes, app seeds and phones.")
        {
            Input, DryRun, Emails, Phones, SkipRefused,
        };
        import.SetAction((parsed, cancellation) => host.OnDatabaseWithSecretsAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var file = parsed.GetRequiredValue(Input);
                if (!file.Exists)
                {
                    return output.Fail(ExitCode.Usage, $"There is no file {file}.", "Name a file with one JSON object per line.");
                }

                if (file.Length > LargestFile)
                {
                    return output.Fail(ExitCode.Usage, $"The file has more than {LargestFile / 1024 / 1024} MiB.", "Split it by lines.");
                }

                var choices = new ImportChoices(
                    parsed.GetValue(DryRun), parsed.GetValue(Emails), parsed.GetValue(Phones), parsed.GetValue(SkipRefused));
                var report = await services.GetRequiredService<ImportPeople>().ExecuteAsync(
                    () => File.ReadLinesAsync(file.FullName, cancellation), choices, cancellation);
                output.Done(report, CommandJson.Readable.ImportReport, people => Describe(people, report));
                return report.Problems.IsEmpty ? ExitCode.Done : ExitCode.Refused;
            },
            cancellation));
        return import;
    }

    private static void Describe(CommandOutput output, ImportReport report)
    {
        output.Say(report.Written
            ? $"{report.Imported} of {Counted.Of(report.Lines, "line")} imported."
            : $"{report.Imported} of {Counted.Of(report.Lines, "line")} can be imported. Nothing was written.");
        if (report.AlreadyHere > 0)
        {
            output.Note($"{Counted.Of(report.AlreadyHere, "person is", "people are")} here already; nothing was changed for them.");
        }

        output.Note(
            $"With a second factor: {report.WithSecondFactor}. With a weak password hash, kept under ours until "
                + $"they sign in: {report.Wrapped}.");
        if (report.PhonesLeftOut > 0)
        {
            output.Note($"Phones left out: {report.PhonesLeftOut}. With --phones-verified you vouch that each belongs to its person.");
        }

        output.Warn(
            report.Problems.Take(ShownProblems)
                .Select(problem => $"line {problem.Line}, {problem.Field}: {problem.What} {problem.Remedy}"));
        if (report.Problems.Length > ShownProblems)
        {
            output.Note($"And {report.Problems.Length - ShownProblems} more; --json lists them all.");
        }
    }
}
