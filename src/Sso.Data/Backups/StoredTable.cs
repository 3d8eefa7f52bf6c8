using System.Buffers;
using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using Sso.Data.Operations;
using Sso.Data.Webhooks;

namespace Sso.Data.Backups;

/// <summary>
/// A table as the model describes it, row by row and past the classes of its rows: they come and go as they are, and nothing that watches
/// what is saved takes part.
/// </summary>
internal sealed class StoredTable
{
    private const int AtOnce = 200;
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly StoredColumn[] _columns;
    private readonly string _name;
    private readonly string _select;
    private readonly string _insert;
    private readonly string[] _parameters;
    private readonly StoredColumn? _event;
    private readonly string _withoutEvent;

    private StoredTable(SsoDbContext database, IEntityType type)
    {
        var sql = database.GetService<ISqlGenerationHelper>();
        var table = StoreObjectIdentifier.Create(type, StoreObjectType.Table)!.Value;
        Name = table.Name;
        IsSeeded = database.GetService<IDesignTimeModel>().Model.FindEntityType(type.Name)!.GetSeedData().Any();
        _columns =
        [
            .. type.GetProperties().Select(property => new StoredColumn(property, property.GetColumnName(table)!))
                .OrderBy(column => column.Name, StringComparer.Ordinal),
        ];
        _name = sql.DelimitIdentifier(table.Name, table.Schema);
        _parameters = [.. _columns.Select((_, index) => sql.GenerateParameterName($"p{index}"))];
        var columns = string.Join(", ", _columns.Select(column => sql.DelimitIdentifier(column.Name)));
        _select = $"SELECT {columns} FROM {_name}";
        var eventName = type.ClrType == typeof(SecurityEvent) ? nameof(SecurityEvent.Id)
            : type.ClrType == typeof(WebhookDelivery) ? nameof(WebhookDelivery.EventId)
            : null;
        _event = eventName is null ? null : _columns.Single(column => column.Name == eventName);
        _withoutEvent = eventName is null ? _select
            : $"{_select} WHERE {sql.DelimitIdentifier(eventName)} IS NULL OR {sql.DelimitIdentifier(eventName)} <> {_parameters[0]}";
        _insert = $"INSERT INTO {_name} ({columns}) VALUES ({string.Join(", ", _parameters)})";
    }

    public string Name { get; }

    /// <summary>A new schema has rows in it.</summary>
    public bool IsSeeded { get; }

    public IReadOnlyList<string> Columns => [.. _columns.Select(column => column.Name)];

    /// <summary>Every table of the model, behind those to which it refers.</summary>
    public static IReadOnlyList<StoredTable> AllOf(SsoDbContext database)
    {
        var sorted = new List<IEntityType>();
        foreach (var type in database.Model.GetEntityTypes().OrderBy(type => type.GetTableName(), StringComparer.Ordinal))
        {
            Place(type);
        }

        return [.. sorted.Select(type => new StoredTable(database, type))];

        void Place(IEntityType type)
        {
            if (sorted.Contains(type))
            {
                return;
            }

            foreach (var key in type.GetForeignKeys().Where(key => key.PrincipalEntityType != type))
            {
                Place(key.PrincipalEntityType);
            }

            sorted.Add(type);
        }
    }

    /// <summary>The lines of this table in a backup, without line ends. Each is to be used before the next is asked for.</summary>
    /// <param name="transaction">Of which moment.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="without">An event that is left out, with what is sent of it.</param>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> LinesAsync(
        DbTransaction transaction, [EnumeratorCancellation] CancellationToken cancellation, Guid? without = null)
    {
        await using var command = CommandOf(transaction, without is null ? _select : _withoutEvent);
        if (without is not null && _event is not null)
        {
            command.Parameters.Add(_event.ParameterFor(command, _parameters[0], without));
        }

        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var line = new ArrayBufferWriter<byte>();
        await using var json = new Utf8JsonWriter(line, Compact);
        while (await reader.ReadAsync(cancellation))
        {
            line.ResetWrittenCount();
            json.Reset();
            json.WriteStartArray();
            for (var index = 0; index < _columns.Length; index++)
            {
                _columns[index].Write(json, _columns[index].Read(reader, index));
            }

            json.WriteEndArray();
            await json.FlushAsync(cancellation);
            yield return line.WrittenMemory;
        }
    }

    public async Task<bool> IsEmptyAsync(DbTransaction transaction, CancellationToken cancellation)
    {
        await using var command = CommandOf(transaction, _select);
        await using var reader = await command.ExecuteReaderAsync(System.Data.CommandBehavior.SingleRow, cancellation);
        return !await reader.ReadAsync(cancellation);
    }

    public async Task ClearAsync(DbTransaction transaction, CancellationToken cancellation)
    {
        await using var command = CommandOf(transaction, $"DELETE FROM {_name}");
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The values of rows from their lines, in the order of <see cref="Columns"/>.</summary>
    /// <exception cref="BackupException">A line is not one of this table.</exception>
    public IAsyncEnumerable<object?[]> RowsAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> lines) => lines.Select(Parse);

    /// <summary>Inserts rows from their lines.</summary>
    /// <exception cref="BackupException">A line is not one of this table.</exception>
    public async Task InsertAsync(
        DbTransaction transaction, IAsyncEnumerable<ReadOnlyMemory<byte>> lines, CancellationToken cancellation)
    {
        var connection = transaction.Connection!;
        await foreach (var rows in RowsAsync(lines).Chunk(AtOnce).WithCancellation(cancellation))
        {
            if (connection.CanCreateBatch)
            {
                await InsertTogetherAsync(transaction, rows, cancellation);
                continue;
            }

            foreach (var row in rows)
            {
                await using var command = CommandOf(transaction, _insert);
                command.Parameters.AddRange(ParametersFor(command, row));
                await command.ExecuteNonQueryAsync(cancellation);
            }
        }
    }

    /// <summary>A database on another machine is asked once for all of them.</summary>
    private async Task InsertTogetherAsync(DbTransaction transaction, object?[][] rows, CancellationToken cancellation)
    {
        await using var batch = transaction.Connection!.CreateBatch();
        (batch.Transaction, batch.Timeout) = (transaction, 0);
        // Only commands make parameters.
        await using var maker = CommandOf(transaction, _insert);
        foreach (var row in rows)
        {
            var command = batch.CreateBatchCommand();
            command.CommandText = _insert;
            command.Parameters.AddRange(ParametersFor(maker, row));
            batch.BatchCommands.Add(command);
        }

        await batch.ExecuteNonQueryAsync(cancellation);
    }

    private DbParameter[] ParametersFor(DbCommand command, object?[] row) =>
        [.. _columns.Select((column, index) => column.ParameterFor(command, _parameters[index], row[index]))];

    private object?[] Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.GetArrayLength() == _columns.Length
                ? [.. json.RootElement.EnumerateArray().Select((value, index) => _columns[index].Parse(value))]
                : throw new FormatException();
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException or OverflowException)
        {
            throw new BackupException($"A row of {Name} cannot be read. The file is damaged.");
        }
    }

    /// <summary>However long the table is.</summary>
    private static DbCommand CommandOf(DbTransaction transaction, string statement)
    {
        var command = transaction.Connection!.CreateCommand();
        (command.Transaction, command.CommandText, command.CommandTimeout) = (transaction, statement, 0);
        return command;
    }
}
