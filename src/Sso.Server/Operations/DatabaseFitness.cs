using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Secrets;

namespace Sso.Server.Operations;

/// <summary>Whether this program, on this machine, can serve from a database.</summary>
internal sealed class DatabaseFitness(IHostEnvironment environment)
{
    /// <exception cref="SettingsException">The server cannot run on it.</exception>
    public async Task ThrowIfUnfitAsync(SsoDbContext database, CancellationToken cancellation)
    {
        await RefuseOtherSchemaAsync(database, cancellation);
        if (await database.FlawAsync(cancellation) is { } flaw)
        {
            throw new SettingsException(flaw);
        }

        await RefuseUncheckablePasswordsAsync(database, cancellation);
    }

    /// <summary>The newest change that was made to the schema, and whether the schema is that of this program.</summary>
    public static async Task<(string Newest, bool IsOwn)> SchemaAsync(SsoDbContext database, CancellationToken cancellation)
    {
        var applied = (await database.Database.GetAppliedMigrationsAsync(cancellation)).Order(StringComparer.Ordinal).ToList();
        return (applied.LastOrDefault() ?? "–", applied.SequenceEqual(database.Database.GetMigrations().Order(StringComparer.Ordinal)));
    }

    private static async Task RefuseOtherSchemaAsync(SsoDbContext database, CancellationToken cancellation)
    {
        var known = database.Database.GetMigrations().ToHashSet(StringComparer.Ordinal);
        var applied = (await database.Database.GetAppliedMigrationsAsync(cancellation)).ToHashSet(StringComparer.Ordinal);
        if (!applied.IsSupersetOf(known))
        {
            throw new SettingsException("The database schema is older than this program. Run: sso db migrate");
        }

        // It would write rows without the columns that it does not know, and seal events so that the newer one finds them changed.
        if (!known.IsSupersetOf(applied))
        {
            throw new SettingsException(
                "The database was migrated by a newer version of this program. Install that version, or restore the backup that was made "
                    + "before into a new database.");
        }
    }

    /// <summary>
    /// An installation has one hash function for everybody: without libargon2, nobody whose password was stored with it could sign in.
    /// </summary>
    private async Task RefuseUncheckablePasswordsAsync(SsoDbContext database, CancellationToken cancellation)
    {
        if (environment.IsProduction() && !PasswordHashing.HasArgon2
            && await database.Users.AnyAsync(person => person.PasswordHash!.StartsWith("$argon2id$"), cancellation))
        {
            throw new SettingsException(
                "Passwords in this database are stored with Argon2id and this machine has no libargon2.so.1. Install the "
                    + "library (Debian: libargon2-1).");
        }
    }
}
