using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Server.Operations;

namespace Sso.Server.Doctor;

/// <summary>The settings with the files that they come from, and the runtime of the program that reads them.</summary>
internal sealed class SettingsExamination(
    IServiceProvider services, IConfiguration configuration, SecretsOptions secrets, DatabaseOptions options, SsoDbContext database,
    TimeProvider clock)
{
    public const string Misspelt = "Correct the name, or take it out.";

    public IEnumerable<Finding> Unknown() => services.UnknownSettings().Select(
        setting => Finding.Doubtful("settings", setting.Sentence, Misspelt).InWords("SettingUnknown", setting.Path));

    public static Finding Runtime() => Runtime(RuntimeFloor.DataProtectionHere, RuntimeFloor.RuntimeHere);

    /// <summary>As the start judges it.</summary>
    public static Finding Runtime(Version dataProtection, Version runtime) => RuntimeFloor.Refusal(dataProtection) is { } refusal
        ? Finding.Wrong("runtime", refusal, "Until then the server does not start.")
        : RuntimeFloor.IsOutdated(runtime)
            ? Finding.Doubtful("runtime", RuntimeFloor.Warning(runtime), "Update the .NET runtime, and restart the server.")
            : Finding.Good("runtime", $"The ASP.NET Core runtime is {runtime}, and this version knows of no hole in it.");

    /// <summary>Production refuses it; elsewhere it runs, and whoever reads the file opens what is encrypted in the database.</summary>
    public IEnumerable<Finding> KeyFile()
    {
        var (setting, file) = secrets.CertificateFile is { Length: > 0 } certificate
            ? ("Secrets:CertificateFile", certificate)
            : ("Secrets:PassphraseFile", WrappingKeyFile.PassphraseFile(secrets, options));
        return file is not null && KeyFiles.IsReadableByOthers(file)
            ?
            [
                Finding.Doubtful(
                    "secrets", $"{setting} is \"{file}\", which others can read.", "Set its mode to 0600: Production refuses it."),
            ]
            : [];
    }

    /// <summary>What was written after the server of this machine had read it is not in force. Needs a database that answers.</summary>
    public async Task<IReadOnlyList<Finding>> ChangedSinceStartAsync(CancellationToken cancellation)
    {
        var (since, machine) = (clock.GetUtcNow() - Node.Silence, Environment.MachineName + ":");
        var started = await database.Nodes.AsNoTracking().Where(node => node.SeenAt >= since).ToListAsync(cancellation);
        var first = started.Where(node => node.Name.StartsWith(machine, StringComparison.Ordinal))
            .Min(node => (DateTimeOffset?)node.StartedAt);
        return
        [
            .. SettingsFiles.Of(configuration).Select(file => (Name: file, ChangedAt: File.GetLastWriteTimeUtc(file)))
                .Where(file => first is { } start && file.ChangedAt > start.UtcDateTime)
                .Select(file => Finding.Doubtful(
                    "settings",
                    $"{file.Name} was changed on {file.ChangedAt:yyyy-MM-dd HH:mm} UTC, after the server on this machine was started "
                        + $"({first!.Value.UtcDateTime:yyyy-MM-dd HH:mm} UTC): what it says now is not in force yet.",
                    "Restart the server: systemctl restart sso")),
        ];
    }
}
