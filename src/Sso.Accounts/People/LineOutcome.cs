using System.Text.Json.Serialization;

namespace Sso.Accounts.People;

/// <summary>
/// What became of a line of an import, in a form that can be kept: never what the line holds. A line with several faults has several.
/// </summary>
/// <param name="Line">Its place in the file, from 1.</param>
/// <param name="Fault">Why it was refused.</param>
/// <param name="Field">Where; null if the line as a whole is meant.</param>
public sealed record LineOutcome(
    [property: JsonPropertyName("l")] int Line,
    [property: JsonPropertyName("r")] LineResult Result,
    [property: JsonPropertyName("w")] ImportFault? Fault = null,
    [property: JsonPropertyName("f")] string? Field = null)
{
    /// <summary>The file chose the name, and may hold anything in its place: kept is one of ours.</summary>
    internal static string? NameOf(string field) => ImportPeople.Fields.Contains(field) ? field : null;
}

/// <summary>Stored by number: append only.</summary>
public enum LineResult
{
    Imported = 0,

    /// <summary>Somebody with this name and address is here, and stays as they are.</summary>
    AlreadyHere = 1,

    Refused = 2,
}

/// <summary>Stored by number: append only.</summary>
public enum ImportFault
{
    /// <summary>No JSON object.</summary>
    Unreadable = 0,

    TooLong = 1,

    /// <summary>The field may not be written so.</summary>
    Value = 2,

    /// <summary>None of the hashes that can be taken over.</summary>
    Hash = 3,

    /// <summary>Incomplete, or more work than a sign-in may take.</summary>
    HashCost = 4,

    Seed = 5,
    Phone = 6,

    /// <summary>An earlier line has the same name or address.</summary>
    Twice = 7,

    /// <summary>The name or the address is somebody else's here.</summary>
    Taken = 8,

    MissingField = 9,
    UnknownField = 10,
    FieldOfAnotherKind = 11,
}

/// <summary>A line with its place in the file.</summary>
/// <param name="Number">From 1.</param>
internal sealed record NumberedLine([property: JsonPropertyName("n")] int Number, [property: JsonPropertyName("t")] string Text)
{
    public override string ToString() => $"line {Number}";
}
