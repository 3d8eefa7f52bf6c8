using System.CommandLine;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Server.Operations;

namespace Sso.Server.Commands;

/// <summary><c>sso db …</c>.</summary>
internal static class DatabaseCommands
{
    public static Command Build(CommandHost host)
    {
        var migrate = new Command("migrate", "Create the schema of the configured database, or bring it up to date.");
        migrate.SetAction((parsed, cancellation) => host.OnAnySchemaAsync(parsed, MigrateAsync, cancellation));
        return new Command("db", "The database.") { migrate };
    }

    private static async Task<int> MigrateAsync(IServiceProvider services, CommandOutput output, CancellationToken cancellation)
    {
        var database = services.GetRequiredService<SsoDbContext>();
        var pending = (await database.Database.GetPendingMigrationsAsync(cancellation)).ToList();
        await database.MigrateAsync(cancellation);
        var settings = services.GetRequiredService<DatabaseOptions>();
        DatabaseRegistration.KeepFilesFromOthers(settings);
        var provider = settings.Provider;
        return output.Done(new MigratedDocument(provider, [.. pending]), CommandJson.Readable.MigratedDocument, people =>
        {
            people.Say(pending.Count == 0 ? $"The {provider} database is up to date." : $"The {provider} database is up to date. Applied:");
            foreach (var migration in pending)
            {
                people.Note("  " + migration);
            }
        });
    }
}
