using System.CommandLine;
using Sso.Admin;
using Sso.Data.Backups;
using Sso.Data.Operations;
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
            cancellation,
            withSecretsAtHand: true));
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
        if (Unfit(file) is var (what, remedy))
        {
            return output.Fail(ExitCode.Usage, what, remedy);
        }

        var backup = services.GetRequiredService<DatabaseBackup>();
        var key = services.GetService<WrappingKey>();
        if (key is not null && !await backup.OpensAsync(key, cancellation))
        {
            return output.Fail(
                ExitCode.Refused,
                "Secrets:PassphraseFile or Secrets:CertificateFile holds another key than the one that protects this database, and no "
                    + "server could be started from this backup with it. There is no backup.",
                "Configure the key that opens the database. To back it up all the same, name no key: "
                    + "Secrets__PassphraseFile= Secrets__CertificateFile= sso backup …");
        }

        var draft = file.FullName + ".part";
        try
        {
            File.Delete(draft);
            var record = services.GetRequiredService<BackupRecord>();
            var isRecorded = await IsRecordedAsync(services, () => record.BeginAsync(file.FullName, cancellation));
            BackupManifest manifest;
            await using (var target = KeyFiles.Open(draft))
            {
                manifest = await backup.WriteAsync(target, cancellation);
                target.Flush(flushToDisk: true);
            }

            File.Move(draft, file.FullName, overwrite: false);
            // The file is there: whoever stops it now has a backup, and the record says so.
            isRecorded &= await IsRecordedAsync(services, () => record.EndAsync(file.FullName, manifest, CancellationToken.None));
            return output.Done(WrittenBackupDocument.Of(file.FullName, manifest), CommandJson.Readable.WrittenBackupDocument, people =>
            {
                people.Say($"{Rows(manifest)} are in {file}.");
                people.Warn(Doubts(isRecorded, isTried: key is not null));
                people.Note("It holds names, addresses and sealed secrets: keep it as you keep the database.");
                people.Note("The passphrase or certificate is not in it, and without that nobody can use it.");
            });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return output.FailOnFile(ExitCode.Refused, "The file cannot be written", exception);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return output.Fail(ExitCode.Refused, "Stopped. There is no backup.");
        }
        finally
        {
            if (File.Exists(draft))
            {
                File.Delete(draft);
            }
        }
    }

    /// <summary>Before an hour is spent on it.</summary>
    private static (string What, string Remedy)? Unfit(FileInfo file) => file switch
    {
        _ when Directory.Exists(file.FullName) => ($"{file} is a folder.", "Name a new file in it."),
        { Exists: true } => ($"There is a file {file} already.", "Name a new one."),
        { Directory: { Exists: false } folder } => (
            $"There is no folder {folder.FullName}.", $"Create it first, so that only {Environment.UserName} can read what is in it."),
        _ => null,
    };

    /// <summary>A database that is full or may only be read is backed up all the same.</summary>
    private static async Task<bool> IsRecordedAsync(IServiceProvider services, Func<Task> record)
    {
        try
        {
            await record();
            return true;
        }
        catch (Exception exception) when (services.GetRequiredService<DatabaseDiagnosis>().Of(exception)
            is DatabaseTrouble.ReadOnly or DatabaseTrouble.DiskFull or DatabaseTrouble.Forbidden)
        {
            return false;
        }
    }

    private static IEnumerable<string> Doubts(bool isRecorded, bool isTried)
    {
        if (!isRecorded)
        {
            yield return "The record of events does not tell of it: the database takes nothing new.";
        }

        if (!isTried)
        {
            yield return "There was no passphrase or certificate to try: see that you have the one that opens it.";
        }
    }

    private static async Task<int> RestoreAsync(
        ParseResult parsed, IServiceProvider services, CommandOutput output, CancellationToken cancellation)
    {
        var file = parsed.GetRequiredValue(Archive);
        var key = services.GetService<WrappingKey>();
        RestoredBackup restored;
        try
        {
            await using var source = file.OpenRead();
            restored = await services.GetRequiredService<DatabaseRestoration>().RunAsync(source, key, cancellation);
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

        var manifest = restored.Manifest;
        BackupFindings? findings = null;
        try
        {
            findings = parsed.GetValue(Verify)
                ? await services.GetRequiredService<BackupVerification>().RunAsync(restored, MostFlaws, cancellation)
                : null;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return output.Fail(
                ExitCode.Refused,
                $"Stopped. {Rows(manifest)} of {CommandOutput.Time(manifest.At)} are restored, but they were not verified.",
                "Verify the record of events before you start a server: sso audit verify. To have every row compared as well, restore "
                    + "once more, into a new database.");
        }

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

/// <param name="File">Where it is, from the root.</param>
internal sealed record WrittenBackupDocument(
    string File, int Format, string Version, DateTimeOffset At, IReadOnlyList<string> Schema, long TimeStep,
    IReadOnlyList<BackupTable> Tables)
{
    public static WrittenBackupDocument Of(string file, BackupManifest manifest) => new(
        file, manifest.Format, manifest.Version, manifest.At, manifest.Schema, manifest.TimeStep, manifest.Tables);
}

internal sealed record RestoredDocument(BackupManifest Backup, BackupFindings? Findings);
