using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Sso.Data.Sqlite;

/// <summary>Chooses SQLite as the database: used by the server and by the design-time tools alike.</summary>
public static class SqliteRegistration
{
    public static IServiceCollection AddSsoSqlite(this IServiceCollection services, string connectionString)
    {
        services.AddPooledDbContextFactory<SqliteSsoDbContext>(
            (provider, options) => options.UseSsoModel(provider).UseSqlite(connectionString)
                .AddInterceptors(new SqlitePragmas(), new WriterTurns()).ReplaceService<IRelationalTransactionFactory, TurnTransactionFactory>());
        services.AddScoped<SsoDbContext>(provider => Open(provider.GetRequiredService<IDbContextFactory<SqliteSsoDbContext>>().CreateDbContext()));
        services.AddSingleton<IDbContextFactory<SsoDbContext>, SsoDbContextFactory<SqliteSsoDbContext>>();
        return services;
    }

    /// <summary>
    /// A request keeps its connection, because to open one costs as much here as what it is opened for: each time EF Core adds its functions to it anew.
    /// It locks nothing by being open.
    /// </summary>
    private static SqliteSsoDbContext Open(SqliteSsoDbContext database)
    {
        database.Database.OpenConnection();
        return database;
    }
}
