using System.Net;
using FluentValidation;
using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;
using Npgsql;
using Sso.Settings;

namespace Sso.Server.Operations;

internal sealed class DatabaseRules : AbstractValidator<DatabaseOptions>
{
    private static readonly string[] Providers = [DatabaseOptions.Sqlite, DatabaseOptions.PostgreSql, DatabaseOptions.SqlServer];

    public DatabaseRules(IHostEnvironment environment)
    {
        RuleFor(database => database.Provider).IsOneOf(Providers);
        When(database => Providers.Contains(database.Provider), () => RuleFor(database => database.Connection)
            .Cascade(CascadeMode.Stop)
            .NotEmpty().WithMessage(database => $"is not set. {database.Provider} needs one.")
            .OverridePropertyName(nameof(DatabaseOptions.ConnectionString))
            .Custom((_, context) => ConnectionIsSafe(context.InstanceToValidate, environment, context)));
    }

    private static void ConnectionIsSafe(DatabaseOptions database, IHostEnvironment environment, ValidationContext<DatabaseOptions> context)
    {
        try
        {
            var isPlain = IsPlain(database.Provider, database.Connection);
            if (isPlain && environment.IsProduction())
            {
                context.AddFailure(database.Provider == DatabaseOptions.PostgreSql
                    ? "does not demand verified TLS. Add: SSL Mode=VerifyFull"
                    : "does not demand verified TLS. Use Encrypt=Strict (or Mandatory) and no TrustServerCertificate.");
            }
        }
        catch (ArgumentException exception)
        {
            // The message names the keyword; the value may hold a password.
            context.AddFailure($"cannot be read: {exception.Message}");
        }
    }

    /// <summary>On the way to another machine everything must be encrypted, to a server whose name was verified.</summary>
    private static bool IsPlain(string provider, string connection)
    {
        switch (provider)
        {
            case DatabaseOptions.PostgreSql:
                var postgreSql = new NpgsqlConnectionStringBuilder(connection);
                return postgreSql.SslMode != SslMode.VerifyFull && !(postgreSql.Host ?? "").Split(',').All(IsThisMachine);
            case DatabaseOptions.SqlServer:
                var sqlServer = new SqlConnectionStringBuilder(connection);
                return (sqlServer.Encrypt == SqlConnectionEncryptOption.Optional || sqlServer.TrustServerCertificate)
                    && !IsThisMachine(sqlServer.DataSource.Split('\\', ',')[0]);
            default:
                _ = new SqliteConnectionStringBuilder(connection);
                return false;
        }
    }

    /// <summary>A socket file, the loopback address, or the name for it.</summary>
    private static bool IsThisMachine(string host) => host.StartsWith('/') || host is "localhost" or "(local)" or "." or "(localdb)"
        || (IPAddress.TryParse(host.Split(':') is [var name, _] ? name : host, out var address) && IPAddress.IsLoopback(address));
}
