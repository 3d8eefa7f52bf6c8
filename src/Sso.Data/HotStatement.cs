using System.Data.Common;
using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Query;
using Microsoft.EntityFrameworkCore.Storage;

namespace Sso.Data;

/// <summary>
/// A write that requests from programs perform all the time, assembled once for each model: tracking the change of one row, or translating
/// a conditional update, costs more than the database needs for it. Columns, converted values and their types are those of the model, and
/// it runs as a command of EF Core: in the open transaction, logged and counted like all others.
/// </summary>
/// <param name="write">Its text. Each value that the text asks for is supplied by the execution, in this order.</param>
public sealed class HotStatement(Func<HotStatement.Words, string> write)
{
    private readonly ConditionalWeakTable<IModel, Prepared> _prepared = [];

    /// <summary>The insert of a whole row, in the order of the columns of the model.</summary>
    public static HotStatement InsertOf<TRow>() => new(words =>
        $"INSERT INTO {words.Table<TRow>()} ({string.Join(", ", words.Columns<TRow>())}) "
        + $"VALUES ({string.Join(", ", words.Values<TRow>())})");

    /// <summary>What the row holds, for <see cref="InsertOf"/>.</summary>
    public static object?[] ValuesOf<TRow>(SsoDbContext database, TRow row)
        where TRow : class =>
        [.. database.Model.FindEntityType(typeof(TRow))!.GetProperties().Select(property => property.GetGetter().GetClrValue(row))];

    /// <summary>The number of rows changed.</summary>
    public Task<int> ExecuteAsync(SsoDbContext database, object?[] values, CancellationToken cancellation)
    {
        var statement = PreparedFor(database);
        return statement.Command.ExecuteNonQueryAsync(statement.With(database, values), cancellation);
    }

    /// <summary>
    /// What the one row that it changed holds now, of which its text <see cref="Words.Returns"/> columns; default when it changed none.
    /// </summary>
    public async Task<TResult?> ReadAsync<TResult>(
        SsoDbContext database, object?[] values, Func<ReturnedRow, TResult> read, CancellationToken cancellation)
    {
        var statement = PreparedFor(database);
        var connection = database.GetService<IRelationalConnection>();
        // A command keeps its reader, so that of two which run at once each needs its own.
        var command = connection.RentCommand();
        command.PopulateFrom(statement.Command);
        try
        {
            await using var reader = await command.ExecuteReaderAsync(statement.With(database, values), cancellation);
            if (!await reader.ReadAsync(cancellation))
            {
                return default;
            }

            var result = read(new(reader.DbDataReader, statement.Columns));
            // SQLite commits a statement when it is read to its end, and only then can say that it could not.
            await reader.ReadAsync(cancellation);
            return result;
        }
        finally
        {
            connection.ReturnCommand(command);
        }
    }

    private Prepared PreparedFor(SsoDbContext database) => _prepared.GetValue(database.Model, _ => Prepared.For(database, write));

    private sealed class Prepared(IRelationalCommand command, int values, Delegate[] columns)
    {
        public IRelationalCommand Command => command;

        public Delegate[] Columns => columns;

        public static Prepared For(SsoDbContext database, Func<Words, string> write)
        {
            var words = new Words(database);
            var text = write(words);
            var builder = database.GetService<IRelationalCommandBuilderFactory>().Create().Append(text);
            foreach (var (index, property) in words.Asked.Index())
            {
                builder.AddParameter(NameOf(index), "@" + NameOf(index), property.GetRelationalTypeMapping(), property.IsNullable);
            }

            return new(builder.Build(), words.Asked.Count, [.. words.Returned.Select(ReaderOf)]);
        }

        public RelationalCommandParameterObject With(SsoDbContext database, object?[] given) => new(
            database.GetService<IRelationalConnection>(), Named(given), readerColumns: null, database,
            database.GetService<IRelationalCommandDiagnosticsLogger>());

        /// <summary>As EF Core reads the column of that property for an entity.</summary>
        private static Delegate ReaderOf(IProperty property)
        {
            var mapping = property.GetRelationalTypeMapping();
            var method = mapping.GetDataReaderMethod();
            var reader = Expression.Parameter(typeof(DbDataReader));
            var ordinal = Expression.Parameter(typeof(int));
            var value = mapping.CustomizeDataReaderExpression(
                Expression.Call(Expression.Convert(reader, method.DeclaringType!), method, ordinal));
            if (mapping.Converter?.ConvertFromProviderExpression is { } convert)
            {
                value = ReplacingExpressionVisitor.Replace(convert.Parameters[0], value, convert.Body);
            }

            var isNull = Expression.Call(reader, nameof(DbDataReader.IsDBNull), null, ordinal);
            return Expression.Lambda(
                Expression.Condition(isNull, Expression.Default(property.ClrType), Expression.Convert(value, property.ClrType)),
                reader, ordinal).Compile();
        }

        private Dictionary<string, object?> Named(object?[] given)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(given.Length, values);
            var named = new Dictionary<string, object?>(given.Length);
            for (var index = 0; index < given.Length; index++)
            {
                named.Add(NameOf(index), given[index]);
            }

            return named;
        }
    }

    private static readonly string[] ParameterNames = [.. Enumerable.Range(0, 64).Select(index => $"p{index}")];

    private static string NameOf(int index) => ParameterNames[index];

    /// <summary>The row that a statement gave back, in the order of the columns that its text <see cref="Words.Returns"/>.</summary>
    public readonly ref struct ReturnedRow(DbDataReader reader, Delegate[] columns)
    {
        /// <typeparam name="TValue">The type of the property.</typeparam>
        public TValue Get<TValue>(int ordinal) => ((Func<DbDataReader, int, TValue>)columns[ordinal])(reader, ordinal);
    }

    /// <summary>The names of the model, as the database in use spells them.</summary>
    public sealed class Words(SsoDbContext database)
    {
        private readonly ISqlGenerationHelper _names = database.GetService<ISqlGenerationHelper>();
        private readonly List<IProperty> _asked = [];

        private readonly List<IProperty> _returned = [];

        internal IReadOnlyList<IProperty> Asked => _asked;

        internal IReadOnlyList<IProperty> Returned => _returned;

        /// <summary>
        /// What makes an update give those columns of the row back as they stand afterwards: one of the two is empty, by what the database
        /// wants.
        /// </summary>
        public (string BeforeWhere, string AtEnd) Returns<TRow>(params IEnumerable<string> properties)
        {
            _returned.AddRange(properties.Select(PropertyOf<TRow>));
            var columns = _returned.Select(property => _names.DelimitIdentifier(property.GetColumnName()));
            return database.ReturnsByOutput
                ? ("OUTPUT " + string.Join(", ", columns.Select(column => "INSERTED." + column)), "")
                : ("", "RETURNING " + string.Join(", ", columns));
        }

        /// <summary><see cref="SsoDbContext.HeldRows"/></summary>
        public (string Table, string Statement) Held => database.HeldRows;

        public string Table<TRow>() => _names.DelimitIdentifier(TypeOf<TRow>().GetTableName()!);

        public string Column<TRow>(string property) => _names.DelimitIdentifier(PropertyOf<TRow>(property).GetColumnName());

        public IEnumerable<string> Columns<TRow>() => TypeOf<TRow>().GetProperties().Select(property => Column<TRow>(property.Name));

        /// <summary>A value of the type of that property.</summary>
        public string Value<TRow>(string property)
        {
            _asked.Add(PropertyOf<TRow>(property));
            return "@" + NameOf(_asked.Count - 1);
        }

        public IEnumerable<string> Values<TRow>() => TypeOf<TRow>().GetProperties().Select(property => Value<TRow>(property.Name));

        /// <summary>Column and value, for a condition or an assignment.</summary>
        public string Is<TRow>(string property) => $"{Column<TRow>(property)} = {Value<TRow>(property)}";

        private IEntityType TypeOf<TRow>() => database.Model.FindEntityType(typeof(TRow))!;

        private IProperty PropertyOf<TRow>(string property) => TypeOf<TRow>().FindProperty(property)!;
    }
}
