using System.Collections.Immutable;
using Sso.Data.Files;

namespace Sso.Admin.Files;

/// <summary>A file of registrations, read and understood, not yet compared with anything.</summary>
public sealed class RegistrationFile
{
    /// <summary>How a file is called that does not say.</summary>
    public const string UsualName = "main";

    internal RegistrationFile(string name, ImmutableArray<FileEntry> entries) => (Name, Entries) = (name, entries);

    /// <summary>Of the file: what it once managed and no longer names is its own to remove.</summary>
    public string Name { get; }

    internal ImmutableArray<FileEntry> Entries { get; }

    /// <summary>True if a secret of it has to be sealed, which needs the key of the database.</summary>
    public bool NeedsKey => Entries.Any(entry => entry.Values[ClientFields.Authentication] is ["client_secret_jwt"]);
}

/// <summary>One registration of a file.</summary>
/// <param name="Values">What is written there; what is not is as usual.</param>
/// <param name="Places">Where each key stands; the empty key is the registration itself.</param>
internal sealed record FileEntry(
    AppliedKind Kind, string Id, FieldValues Values, ImmutableDictionary<string, FilePlace> Places)
{
    public FilePlace PlaceOf(string key) => Places.GetValueOrDefault(key, Places[""]);
}

/// <summary>Counted from 1.</summary>
public readonly record struct FilePlace(long Line, long Column);

/// <summary>What is wrong in a file, and where.</summary>
/// <param name="Key">The key or value at that place, such as <c>clients.shop.redirect-uri</c>.</param>
public sealed record FileFlaw(FilePlace Place, string Key, string What, string Remedy);

/// <summary>Why a file cannot be used.</summary>
public sealed record FileFlaws(ImmutableArray<FileFlaw> Flaws);
