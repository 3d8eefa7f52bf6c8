using System.Collections.Immutable;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using Sso.Data.Clients;
using Sso.Data.Sessions;

namespace Sso.Data.Grants;

/// <summary>
/// The only way to a grant. One statement inserts it where its session still lives with the secret that the decision was made on and its
/// client is on, and holds both rows until it is committed. Whatever ends a session, voids its codes or switches a client off changes that
/// row first and revokes grants afterwards: so either it sees the grant, or the insert sees the end, on two nodes and under READ COMMITTED too.
/// </summary>
public static class GrantInsertion
{
    private const string Annotation = "Sso:GrantInsertion";

    /// <summary>
    /// False when the session has ended, its codes were voided, its client is off or gone, or the grant is there already.
    /// </summary>
    public static async Task<bool> TryInsertGrantAsync(
        this SsoDbContext database, Grant grant, byte[] sessionSecret, CancellationToken cancellation)
    {
        var statement = database.Model.GetOrAddRuntimeAnnotationValue(Annotation, Statement.For, database)!;
        try
        {
            return await database.Database.ExecuteSqlRawAsync(statement.Sql, statement.Parameters(grant, sessionSecret), cancellation) == 1;
        }
        catch (DbException exception) when (database.IsDuplicateKey(exception))
        {
            return false;
        }
    }

    /// <summary>Made once for each provider, from the model: columns, converted values and their types are those that EF Core uses.</summary>
    private sealed class Statement
    {
        private readonly ImmutableArray<(IProperty Property, RelationalTypeMapping Mapping)> _columns;
        private readonly RelationalTypeMapping _secret;
        private readonly DbProviderFactory _provider;

        private Statement(SsoDbContext database)
        {
            var names = database.GetService<ISqlGenerationHelper>();
            var grants = Table<Grant>(database);
            var sessions = Table<Session>(database);
            var clients = Table<ClientRegistration>(database);
            string Column(IEntityType type, string property) => names.DelimitIdentifier(type.FindProperty(property)!.GetColumnName());
            string Name(IEntityType type) => names.DelimitIdentifier(type.GetTableName()!);

            _provider = DbProviderFactories.GetFactory(database.Database.GetDbConnection())!;
            _columns = [.. grants.GetProperties().Select(property => (property, property.GetRelationalTypeMapping()))];
            _secret = sessions.FindProperty(nameof(Session.Secret))!.GetRelationalTypeMapping();
            var held = database.HeldRows;
            string Parameter(string property) => ParameterOf(_columns.IndexOf(_columns.Single(column => column.Property.Name == property)));
            Sql = $"""
                INSERT INTO {Name(grants)} ({string.Join(", ", _columns.Select(column => Column(grants, column.Property.Name)))})
                SELECT {string.Join(", ", _columns.Select((_, index) => ParameterOf(index)))}
                FROM {Name(sessions)} AS s{held.Table}, {Name(clients)} AS c{held.Table}
                WHERE s.{Column(sessions, nameof(Session.Id))} = {Parameter(nameof(Grant.SessionId))}
                  AND s.{Column(sessions, nameof(Session.Secret))} = @secret
                  AND s.{Column(sessions, nameof(Session.EndedAt))} IS NULL
                  AND c.{Column(clients, nameof(ClientRegistration.Id))} = {Parameter(nameof(Grant.ClientId))}
                  AND c.{Column(clients, nameof(ClientRegistration.DisabledAt))} IS NULL
                {held.Statement}
                """;
        }

        public string Sql { get; }

        public static Statement For(SsoDbContext? database) => new(database!);

        public object[] Parameters(Grant grant, byte[] sessionSecret)
        {
            using var command = _provider.CreateCommand()!;
            var parameters = new object[_columns.Length + 1];
            for (var index = 0; index < _columns.Length; index++)
            {
                var (property, mapping) = _columns[index];
                parameters[index] = mapping.CreateParameter(
                    command, ParameterOf(index), property.GetGetter().GetClrValue(grant), property.IsNullable);
            }

            parameters[^1] = _secret.CreateParameter(command, "@secret", sessionSecret);
            return parameters;
        }

        private static string ParameterOf(int index) => $"@p{index}";

        private static IEntityType Table<T>(SsoDbContext database) => database.Model.FindEntityType(typeof(T))!;
    }
}
