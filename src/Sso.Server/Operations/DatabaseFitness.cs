using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Data.Secrets;

namespace Sso.Server.Operations;

/// <summary>Whether this program, on this machine, can serve from a database.</summary>
internal sealed class DatabaseFitness(IHostEnvironment environment)
{
    /// <exception cref="SchemaException">The database or its schema has to be changed first, or is of a newer version.</exception>
    /// <exception cref="SettingsException">The server cannot run on it for another reason.</exception>
    public async Task ThrowIfUnfitAsync(SsoDbContext database, CancellationToken cancellation)
    {
        if (await OtherSchemaAsync(database, cancellation) is { } other)
        {
            throw new SchemaException($"{other.What} {other.Remedy}");
        }

        if (await database.FlawAsync(cancellation) is { } flaw)
        {
            throw new SchemaException(flaw);
        }

        await RefuseUncheckablePasswordsAsync(database, cancellation);
    }

    /// <summary>The newest change that was made to the schema, and whether the schema is that of this program.</summary>
    public static async Task<(string Newest, bool IsOwn)> SchemaAsync(SsoDbContext database, CancellationToken cancellation)
    {
        var applied = (await database.Database.GetAppliedMigrationsAsync(cancellation)).Order(StringComparer.Ordinal).ToList();
        return (applied.LastOrDefault() ?? "–", applied.SequenceEqual(database.Database.GetMigrations().Order(StringComparer.Ordinal)));
    }

    /// <summary>For the server, the commands and the doctor alike; null if the schema is that of this program.</summary>
    public static async Task<(string What, string Remedy)?> OtherSchemaAsync(SsoDbContext database, CancellationToken cancellation)
    {
        var known = database.Database.GetMigrations().ToHashSet(StringComparer.Ordinal);
        var applied = (await database.Database.GetAppliedMigrationsAsync(cancellation)).ToHashSet(StringComparer.Ordinal);
        if (!applied.IsSupersetOf(known))
        {
            return applied.Count == 0 && await MissingAsync(database, cancellation) is { } name
                ? ($"There is no database {name}.",
                    $"Run sso db migrate with an account that may create it, or create it first. {HowToCreate(name)}")
                : ("The database has no schema yet, or an older one than this program.", "Run: sso db migrate");
        }

        // It would write rows without the columns that it does not know, and seal events so that the newer one finds them changed.
        return known.IsSupersetOf(applied)
            ? null
            : ("The database was migrated by a newer version of this program.",
                "Install that version, or restore the backup that was made before into a new database.");
    }

    /// <summary>
    /// The name of a database that is not there; null if it is. No schema is found in it either, and whoever migrates it would create it.
    /// On SQLite it is a file, which comes with the first connection.
    /// </summary>
    public static async Task<string?> MissingAsync(SsoDbContext database, CancellationToken cancellation)
    {
        if (database.Database.IsSqlite())
        {
            return null;
        }

        try
        {
            await database.Database.OpenConnectionAsync(cancellation);
            await database.Database.CloseConnectionAsync();
            return null;
        }
        catch (Exception exception) when (DatabaseTroubles.Find(exception) is { } trouble)
        {
            return database.TroubleOf(trouble) is DatabaseTrouble.Missing ? database.Database.GetDbConnection().Database : null;
        }
    }

    /// <param name="name">Of the database.</param>
    public static string HowToCreate(string name) =>
        $"Its owner is the account that migrates it, such as on PostgreSQL: runuser -u postgres -- createdb --owner OWNER {name}";

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
