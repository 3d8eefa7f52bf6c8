using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Backups;
using Sso.Server.Operations;

namespace Sso.Server.Doctor;

/// <summary>Whether there is a backup of late, as far as the record of events knows.</summary>
internal sealed class BackupExamination(
    SsoDbContext database, DatabaseOptions options, IHostEnvironment environment, TimeProvider clock)
{
    private const string Remedy = "Make one: sso backup FILE, or each night with deploy/sso-nightly.timer. What backs up the database by "
        + "other means is not known here; then leave this as it is.";

    /// <summary>One of each night may be late.</summary>
    private static readonly TimeSpan Old = TimeSpan.FromDays(2);

    /// <summary>Further back than this the record is not searched.</summary>
    private static readonly TimeSpan Searched = TimeSpan.FromDays(90);

    public async Task<Finding> LatestAsync(CancellationToken cancellation)
    {
        if (environment.IsDevelopment() && options.IsSqlite)
        {
            return Finding.Good("backup", "A database of Development needs none.");
        }

        var now = clock.GetUtcNow();
        if (await BackupRecord.LatestAsync(database, now - Searched, cancellation) is { } latest)
        {
            var said = $"The latest backup is of {latest.UtcDateTime:yyyy-MM-dd HH:mm} UTC";
            return latest < now - Old
                ? Finding.Doubtful("backup", $"{said}, more than two days ago.", Remedy)
                : Finding.Good("backup", said + ".");
        }

        var made = await database.DataKeys.MinAsync(key => (DateTimeOffset?)key.CreatedAt, cancellation);
        return made is null || made > now - Old
            ? Finding.Good("backup", "This installation is younger than two days.")
            : Finding.Doubtful("backup", "There was no backup within the last three months.", Remedy);
    }
}
