using System.Text.Json;

namespace Sso.Accounts.People;

/// <summary>Why a line of an import is not the JSON object of a person.</summary>
/// <param name="Fault">For pages.</param>
/// <param name="Field">Where; "line" if it is no object at all.</param>
/// <param name="What">In words, for a command line and programs.</param>
/// <param name="Remedy">The same.</param>
internal sealed record UnreadableLine(ImportFault Fault, string Field, string What, string Remedy)
{
    private const string Whole = "line";
    private const string AnObject = "One person per line, one JSON object.";

    private static readonly string[] Needed = ["user_name", "email"];

    /// <summary>Asked only of what could not be read.</summary>
    /// <param name="line">As it stands in the file.</param>
    /// <param name="path">Where reading stopped, as a JSON path.</param>
    public static UnreadableLine Of(string line, string? path)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? OfObject([.. document.RootElement.EnumerateObject().Select(field => field.Name)], path)
                : new(ImportFault.Unreadable, Whole, "The line is JSON, but not an object.", AnObject);
        }
        catch (JsonException exception)
        {
            return new(
                ImportFault.Unreadable, Whole,
                $"The line is not JSON: it cannot be read from byte {exception.BytePositionInLine + 1} on.",
                AnObject);
        }
        catch (InvalidOperationException)
        {
            // Half a character, which is JSON and no text.
            return new(ImportFault.Unreadable, Whole, "The line has a name that is no text.", AnObject);
        }
    }

    private static UnreadableLine OfObject(string[] fields, string? path)
    {
        if (fields.FirstOrDefault(field => !ImportPeople.Fields.Contains(field)) is { } unknown)
        {
            return new(
                ImportFault.UnknownField, unknown, "There is no such field.",
                $"Leave it out, or name it as one of these: {string.Join(", ", ImportPeople.Fields)}.");
        }

        return Needed.FirstOrDefault(field => !fields.Contains(field)) is { } missing
            ? new(ImportFault.MissingField, missing, "This field is missing.", $"{string.Join(" and ", Needed)} are needed.")
            : new(
                ImportFault.FieldOfAnotherKind, path?.TrimStart('$', '.') is { Length: > 0 } field ? field : Whole,
                "The field is of another kind.", "Texts stand in quotes; email_verified is true or false; what is unknown is left out.");
    }
}
