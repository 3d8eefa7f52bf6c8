using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sso.Data.Files;

namespace Sso.Admin.Files;

/// <summary>Writes registrations as a file: always the same text for the same registrations.</summary>
internal static partial class FileWriter
{
    private const string Head =
        """
        # Written by sso export. There is no secret in it: each application keeps the one that it has, and one that sso apply
        # adds gets a new one, which is printed once. Applications that registered themselves are not in it.

        """;

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(IEnumerable<(AppliedKind Kind, IEnumerable<KeyValuePair<string, FieldValues>> Registrations)> sections)
    {
        var text = new StringBuilder(Head);
        foreach (var (kind, registrations) in sections)
        {
            var sorted = registrations.OrderBy(registration => registration.Key, StringComparer.Ordinal).ToList();
            if (sorted.Count == 0)
            {
                continue;
            }

            text.Append('\n').Append(FileReader.SectionOf(kind)).Append(":\n");
            foreach (var (id, values) in sorted)
            {
                text.Append("  ").Append(Scalar(id)).Append(":\n");
                foreach (var field in FileReader.FieldsOf(kind).Where(field => values.Has(field.Key)))
                {
                    Write(text, field, values);
                }
            }
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, FileField field, FieldValues values)
    {
        text.Append("    ").Append(field.Key).Append(':');
        if (field.Shape is not (FileShape.Many or FileShape.Words))
        {
            var value = values[field.Key][0];
            text.Append(' ').Append(field.Shape is FileShape.Flag or FileShape.Count ? value : Scalar(value)).Append('\n');
            return;
        }

        text.Append('\n');
        foreach (var value in values[field.Key])
        {
            text.Append("      - ").Append(Scalar(value)).Append('\n');
        }
    }

    /// <summary>Plain where no reader of YAML could take it for anything else; otherwise in quotes, with the escapes of JSON.</summary>
    private static string Scalar(string value) =>
        Plain.IsMatch(value) && !Other.IsMatch(value) ? value : JsonSerializer.Serialize(value, Readable);

    [GeneratedRegex(@"\A[\p{L}0-9/](?:[\p{L}0-9 ./:?=&~+_@(),%-]*[\p{L}0-9./?=&~+_@()%-])?\z")]
    private static partial Regex Plain { get; }

    /// <summary>What YAML reads as a number, a truth, nothing or a key.</summary>
    [GeneratedRegex(@"\A(?:[0-9.+-].*[0-9._]|[0-9]|true|false|yes|no|on|off|null|y|n)\z|: ", RegexOptions.IgnoreCase)]
    private static partial Regex Other { get; }
}
