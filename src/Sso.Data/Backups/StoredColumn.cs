using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Sso.Data.Backups;

/// <summary>
/// A column: how its values are read from this kind of database, written to it, and written in a backup, where all are alike.
/// </summary>
internal sealed class StoredColumn
{
    private readonly RelationalTypeMapping _mapping;
    private readonly Func<DbDataReader, int, object> _read;

    /// <summary>Null where the value itself can stand in a backup.</summary>
    private readonly ValueConverter? _converter;
    private readonly Type _type;

    public StoredColumn(IProperty property, string name)
    {
        Name = name;
        _mapping = property.GetRelationalTypeMapping();
        var method = _mapping.GetDataReaderMethod();
        _read = (reader, ordinal) => method.Invoke(reader, [ordinal])!;
        var type = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
        _converter = IsPlain(type) ? null : property.GetValueConverter();
        _type = _converter?.ProviderClrType ?? type;
        if (!IsPlain(_type))
        {
            throw new NotSupportedException($"{property.DeclaringType.DisplayName()}.{property.Name} is of a kind that no backup knows.");
        }
    }

    public string Name { get; }

    public object? Read(DbDataReader reader, int ordinal)
    {
        if (reader.IsDBNull(ordinal))
        {
            return null;
        }

        var stored = _read(reader, ordinal);
        return _mapping.Converter is { } own ? own.ConvertFromProvider(stored) : stored;
    }

    public DbParameter ParameterFor(DbCommand command, string name, object? value) =>
        _mapping.CreateParameter(command, name, value, nullable: true);

    public void Write(Utf8JsonWriter json, object? value)
    {
        switch (_converter is null ? value : _converter.ConvertToProvider(value))
        {
            case null:
                json.WriteNullValue();
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case byte[] bytes:
                json.WriteBase64StringValue(bytes);
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case Guid id:
                json.WriteStringValue(id);
                break;
            case DateTimeOffset instant:
                json.WriteStringValue(instant.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
                break;
            case IEnumerable<string> texts:
                json.WriteStartArray();
                foreach (var one in texts)
                {
                    json.WriteStringValue(one);
                }

                json.WriteEndArray();
                break;
            case var number:
                json.WriteNumberValue(Convert.ToInt64(number, CultureInfo.InvariantCulture));
                break;
        }
    }

    /// <exception cref="FormatException">The value is of another kind.</exception>
    /// <exception cref="InvalidOperationException">Likewise.</exception>
    public object? Parse(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        object value = _type switch
        {
            _ when _type == typeof(string) => json.GetString()!,
            _ when _type == typeof(byte[]) => json.GetBytesFromBase64(),
            _ when _type == typeof(bool) => json.GetBoolean(),
            _ when _type == typeof(Guid) => json.GetGuid(),
            _ when _type == typeof(DateTimeOffset) => json.GetDateTimeOffset(),
            _ when IsTexts(_type) => json.EnumerateArray().Select(text => text.GetString()!).ToList(),
            { IsEnum: true } => Enum.ToObject(_type, json.GetInt64()),
            _ => Convert.ChangeType(json.GetInt64(), _type, CultureInfo.InvariantCulture),
        };
        return _converter is null ? value : _converter.ConvertFromProvider(value);
    }

    private static bool IsPlain(Type type) => type.IsEnum || type == typeof(string) || type == typeof(byte[]) || type == typeof(bool)
        || type == typeof(int) || type == typeof(long) || type == typeof(Guid) || type == typeof(DateTimeOffset)
        || IsTexts(type);

    private static bool IsTexts(Type type) =>
        type.IsAssignableTo(typeof(IEnumerable<string>)) && type.IsAssignableFrom(typeof(List<string>));
}
