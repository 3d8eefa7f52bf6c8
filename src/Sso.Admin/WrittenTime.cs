using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sso.Admin;

/// <summary>
/// A time as the API and the record tell it: UTC, to the millisecond, which every database keeps. With more, what was just made would be
/// told otherwise than what is read later.
/// </summary>
public sealed class WrittenTime : JsonConverter<DateTimeOffset>
{
    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Of(value));
}
