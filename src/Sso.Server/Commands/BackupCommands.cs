using System.CommandLine;
using Sso.Admin;
using Sso.Data.Backups;
using Sso.Data.Secrets;
using Sso.Server.Operations;

namespace Sso.Server.Commands;

/// <summary><c>sso backup</c> and <c>sso restore</c>.</summary>
internal static class BackupCommands
{
    private const int MostFlaws = 20;
    private static readonly Argument<FileInfo> Archive = new("file") { Description = "The file of the backup." };

    private static readonly Option<bool> Verify = new("--verify")
    {
        Description = "Begin only if the passphrase is there to open the backup; afterwards compare every row, open the keys, verify the "
            + "record of events.",
    };

    public static Command BuildBackup(CommandHost host)
    {
        var backup = new Command("backup", "Write everything in the database to a new file; the server may serve meanwhile.") { Archive };
        backup.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            (services, output, cancellation) => BackUpAsync(parsed.GetRequiredValue(Archive), services, output, cancellation),
            cancellation));
        return backup;
    }

    public static Command BuildRestore(CommandHost host)
    {
        var restore = new Command("restore", "Fill an empty database from a backup.") { Archive, Verify };
        restore.SetAction((parsed, cancellation) => host.OnAnySchemaAsync(
            parsed, (services, output, cancellation) => RestoreAsync(parsed, services, output, cancellation), cancellation,
            withSecrets: parsed.GetValue(Verify), withSecretsAtHand: true));
        return restore;
    }

    private static async Task<int> BackUpAsync(
        FileInfo file, IServiceProvider services, CommandOutput output, CancellationToken cancellation)
    {
        var draft = file.FullName + ".part";
        try
        {
            if (file.Exists)
            {
                return output.Fail(ExitCode.Usage, $"There is a file {file} already.", "Name a new one.");
            }

            BackupManifest manifest;
            File.Delete(draft);
            await using (var target = KeyFiles.Open(draft))
            {
                manifest = await services.GetRequiredService<DatabaseBackup>().WriteAsync(target, cancellation);
                target.Flush(flushToDisk: true);
            }

            File.Move(draft, file.FullName, overwrite: false);
            return output.Done(manifest, CommandJson.Readable.BackupManifest, people =>
            {
                people.Say($"{Rows(manifest)} are in {file}.");
                people.Note("It holds names, addresses and sealed secrets: keep it as you keep the database.");
                people.Note("The passphrase or certificate is not in it, and without that nobody can use it.");
            });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return output.FailOnFile(ExitCode.Refused, "The file cannot be written", exception);
        }
        finally
        {
            if (File.Exists(draft))
            {
                File.Delete(draft);
            }
        }
    }

    private static async Task<int> RestoreAsync(
        ParseResult parsed, IServiceProvider services, CommandOutput output, CancellationToken cancellation)
    {
        var file = parsed.GetRequiredValue(Archive);
        var key = services.GetService<WrappingKey>();
        BackupManifest manifest;
        try
        {
            await using var source = file.OpenRead();
            manifest = await services.GetRequiredService<DatabaseRestoration>().RunAsync(source, key, cancellation);
            DatabaseRegistration.KeepFilesFromOthers(services.GetRequiredService<DatabaseOptions>());
        }
        catch (BackupException exception)
        {
            return output.Fail(ExitCode.Refused, exception.Message, "Nothing was restored.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return output.FailOnFile(ExitCode.Usage, "The file cannot be read", exception);
        }

        var findings = parsed.GetValue(Verify)
            ? await services.GetRequiredService<BackupVerification>().RunAsync(manifest, MostFlaws, cancellation)
            : null;
        output.Done(new RestoredDocument(manifest, findings), CommandJson.Readable.RestoredDocument, people =>
        {
            people.Say($"{Rows(manifest)} of {CommandOutput.Time(manifest.At)} are restored.");
            if (key is null)
            {
                people.Warn(
                [
                    "There was no passphrase or certificate to try: the server starts only with that of the installation that was "
                        + "backed up.",
                ]);
            }

            if (findings is not null)
            {
                Describe(people, findings);
            }
        });
        return findings is { IsSound: false } ? ExitCode.Refused : ExitCode.Done;
    }

    private static void Describe(CommandOutput people, BackupFindings findings)
    {
        people.Warn(findings.DifferentTables.Select(table => $"The rows of {table} are not those of the backup."));
        people.Warn(findings.ClosedSigningKeys.Select(key => $"The signing key {key} does not open."));
        AuditCommands.Describe(people, findings.Audit);
        if (findings.IsSound)
        {
            people.Say($"Every row is as it was backed up, and the data keys and {findings.OpenedSigningKeys} signing keys open.");
        }
    }

    private static string Rows(BackupManifest manifest) =>
        $"{Counted.Of(manifest.Tables.Sum(table => table.Rows), "row")} of {Counted.Of(manifest.Tables.Count, "table")}";
}

internal sealed record RestoredDocument(BackupManifest Backup, BackupFindings? Findings);
