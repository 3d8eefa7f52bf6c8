using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Sso.Data.Sqlite;

/// <summary>Chooses SQLite as the database, for the server and the design-time tools alike.</summary>
public static class SqliteRegistration
{
    public static IServiceCollection AddSsoSqlite(this IServiceCollection services, string connectionString)
    {
        services.AddPooledDbContextFactory<SqliteSsoDbContext>(
            (provider, options) => options.UseSsoModel(provider).UseSqlite(connectionString)
                .AddInterceptors(new SqliteConnections(), new WriterTurns())
                .ReplaceService<IRelationalTransactionFactory, TurnTransactionFactory>());
        services.AddScoped<SsoDbContext>(
            provider => provider.GetRequiredService<IDbContextFactory<SqliteSsoDbContext>>().CreateDbContext());
        services.AddSingleton<IDbContextFactory<SsoDbContext>, SsoDbContextFactory<SqliteSsoDbContext>>();
        return services;
    }
}
