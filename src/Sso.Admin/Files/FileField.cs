using System.Collections.Immutable;

namespace Sso.Admin.Files;

/// <summary>What may stand after a key.</summary>
internal enum FileShape
{
    Text,

    /// <summary>A list of texts, or one.</summary>
    Many,

    /// <summary>The same; one text may hold several, parted by spaces, as a scope parameter does.</summary>
    Words,

    /// <summary>true or false.</summary>
    Flag,

    /// <summary>A whole number.</summary>
    Count,

    /// <summary>One of the choices of the field.</summary>
    Choice,

    /// <summary>A JSON text, or the path of a file with it.</summary>
    Json,

    /// <summary>A data URI, or the path of a picture.</summary>
    Picture,
}

/// <summary>What the reader of a file has to know of a field.</summary>
/// <param name="Key">The option of the command line without its dashes.</param>
internal abstract record FileField(string Key, FileShape Shape)
{
    public ImmutableArray<string> Choices { get; init; } = [];

    public bool IsNeeded { get; init; }
}

/// <summary>A field, and how it is written from a registration and read into one.</summary>
/// <param name="Write">Nothing if the field is as usual.</param>
/// <param name="Read">Nothing makes it as usual.</param>
internal sealed record FileField<T>(
    string Key, FileShape Shape, Func<T, IEnumerable<string>> Write, Func<T, ImmutableArray<string>, T> Read) : FileField(Key, Shape);

/// <summary>Fields of every shape, and what is done with all of them.</summary>
internal static class FileFields
{
    public static FileField<T> Text<T>(string key, Func<T, string?> get, Func<T, string?, T> set, string? usual = null) => new(
        key, FileShape.Text,
        item => get(item) is { Length: > 0 } text && text != usual ? [text] : [],
        (item, values) => set(item, values is [{ Length: > 0 } text] ? text : usual));

    public static FileField<T> Many<T>(
        string key, Func<T, IEnumerable<string>> get, Func<T, string[], T> set, FileShape shape = FileShape.Many) =>
        new(key, shape, get, (item, values) => set(item, [.. values]));

    public static FileField<T> Flag<T>(string key, Func<T, bool> get, Func<T, bool, T> set) => new(
        key, FileShape.Flag, item => get(item) ? ["true"] : [], (item, values) => set(item, values is ["true"]));

    public static T Apply<T>(this IEnumerable<FileField<T>> fields, T item, FieldValues values) =>
        fields.Aggregate(item, (item, field) => field.Read(item, values[field.Key]));

    public static FieldValues ValuesOf<T>(this IEnumerable<FileField<T>> fields, T item) =>
        FieldValues.Of(fields.Select(field => KeyValuePair.Create<string, ImmutableArray<string>>(field.Key, [.. field.Write(item)])));
}
