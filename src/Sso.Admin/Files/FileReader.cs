using System.Collections.Immutable;
using System.Globalization;
using Sso.Data.Files;
using Sso.Protocol;
using Sso.Settings;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Sso.Admin.Files;

/// <summary>Reads a file of registrations, and says of everything that it does not understand where it stands and what was meant.</summary>
public sealed class FileReader
{
    private const string Name = "name";
    private const string WholeFile = "the file";
    private const int LongestName = 100;
    private const int LargestPart = 64 * 1024;

    private static readonly (string Section, AppliedKind Kind, ImmutableArray<FileField> Fields)[] Sections =
    [
        ("brands", AppliedKind.Brand, [.. BrandFields.All]),
        ("resources", AppliedKind.Resource, [.. ResourceFields.All]),
        ("clients", AppliedKind.Client, [.. ClientFields.All]),
    ];

    private readonly List<FileFlaw> _flaws = [];
    private readonly List<FileEntry> _entries = [];
    private readonly string _folder;
    private string _name = RegistrationFile.UsualName;

    private FileReader(string folder) => _folder = Path.GetFullPath(folder);

    /// <param name="text">The content of the file.</param>
    /// <param name="folder">Where the file is: other files that it names are in it or below.</param>
    public static Result<RegistrationFile, FileFlaws> Read(string text, string folder)
    {
        var reader = new FileReader(folder);
        reader.ReadAll(text);
        if (reader._flaws.Count == 0 && reader._entries.Count == 0)
        {
            // A file that was cut off would have everything removed that it managed.
            reader.Refuse(
                new FilePlace(1, 1), "YAML", "The file names no application, no resource and no brand.",
                "Write at least one; what a file managed is removed by hand: sso client remove.");
        }

        return reader._flaws.Count > 0
            ? new FileFlaws([.. reader._flaws])
            : new RegistrationFile(reader._name, [.. reader._entries]);
    }

    internal static string SectionOf(AppliedKind kind) => Sections.Single(section => section.Kind == kind).Section;

    internal static ImmutableArray<FileField> FieldsOf(AppliedKind kind) => Sections.Single(section => section.Kind == kind).Fields;

    private void ReadAll(string text)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException exception)
        {
            // What began long before what is wrong helps nobody, and of a tab the parser names the beginning of the file.
            var at = exception.Start.Line == exception.End.Line ? exception.Start : exception.End;
            Refuse(
                TabIn(text) ?? new FilePlace(at.Line, at.Column), "YAML", exception.Message,
                "Compare the place with what sso export writes; indent by spaces.");
            return;
        }

        if (stream.Documents is not [var document])
        {
            Refuse(
                new FilePlace(1, 1), "YAML", $"The file holds {stream.Documents.Count} documents and not one.",
                "Write one file with everything; sso export shows how.");
            return;
        }

        foreach (var (key, value) in Pairs(document.RootNode, WholeFile))
        {
            var section = Sections.FirstOrDefault(section => section.Section == key.Value);
            if (key.Value == Name)
            {
                _name = One(value, Name) ?? _name;
                if (_name.Length is 0 or > LongestName || _name.Any(char.IsControl))
                {
                    Refuse(value, Name, $"The name of a file has 1 to {LongestName} characters on one line.", "Give one such as main.");
                }
            }
            else if (section.Section is null)
            {
                Unknown(key, key.Value!, Sections.Select(known => known.Section).Append(Name));
            }
            else if (!IsNothing(value))
            {
                foreach (var (id, registration) in Pairs(value, section.Section))
                {
                    ReadEntry(section.Kind, section.Fields, id, registration, $"{section.Section}.{id.Value}");
                }
            }
        }
    }

    /// <summary>The first tab among the spaces with which a line begins; null if there is none.</summary>
    private static FilePlace? TabIn(string text)
    {
        var lines = text.Split('\n');
        for (var line = 0; line < lines.Length; line++)
        {
            var indentation = lines[line].AsSpan()[..^lines[line].AsSpan().TrimStart(" \t").Length];
            if (indentation.IndexOf('\t') is >= 0 and var column)
            {
                return new(line + 1, column + 1);
            }
        }

        return null;
    }

    private void ReadEntry(AppliedKind kind, ImmutableArray<FileField> fields, YamlScalarNode id, YamlNode node, string path)
    {
        var values = new Dictionary<string, ImmutableArray<string>>();
        var places = new Dictionary<string, FilePlace> { [""] = PlaceOf(id) };
        foreach (var (key, value) in IsNothing(node) ? [] : Pairs(node, path))
        {
            var place = $"{path}.{key.Value}";
            if (fields.FirstOrDefault(field => field.Key == key.Value) is not { } field)
            {
                Unknown(key, place, fields.Select(field => field.Key));
                continue;
            }

            places[field.Key] = PlaceOf(key);
            values[field.Key] = IsNothing(value) ? [] : Values(field, value, place);
        }

        foreach (var field in fields.Where(field => field.IsNeeded && values.GetValueOrDefault(field.Key, []).IsEmpty))
        {
            Refuse(id, $"{path}.{field.Key}", "It is missing.", $"Write {field.Key}: under {id.Value}.");
        }

        _entries.Add(new(kind, id.Value!, FieldValues.Of(values), places.ToImmutableDictionary()));
    }

    private ImmutableArray<string> Values(FileField field, YamlNode node, string path)
    {
        if (field.Shape is FileShape.Many or FileShape.Words)
        {
            var items = node is YamlSequenceNode list ? [.. list.Select(item => One(item, path))] : (string?[])[One(node, path)];
            return field.Shape == FileShape.Many
                ? [.. items.OfType<string>().Where(item => item.Length > 0)]
                : [.. items.OfType<string>().SelectMany(item => item.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Distinct()];
        }

        if (One(node, path) is not { } text)
        {
            return [];
        }

        switch (field.Shape)
        {
            // What is as usual need not be written, and is the same whether it is or not; except where nothing said means something else.
            case FileShape.Flag when text is "true" or "false":
                return text == "true" || field.Key == ClientFields.Disabled ? [text] : [];
            case FileShape.Flag:
                Refuse(node, path, $"'{text}' is neither true nor false.", "Write true, or leave the line out.");
                return [];
            case FileShape.Count when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count):
                return [count.ToString(CultureInfo.InvariantCulture)];
            case FileShape.Count:
                Refuse(node, path, $"'{text}' is not a whole number.", "Write digits only.");
                return [];
            case FileShape.Choice when !field.Choices.Contains(text):
                Refuse(
                    node, path, $"'{text}' is not one of {string.Join(", ", field.Choices)}.", NearestWord.Asked(text, field.Choices));
                return [];
            case FileShape.Json:
                return text.TrimStart().StartsWith('{') ? [text] : Beside(node, path, text) is { } json ? [ReadText(json)] : [];
            case FileShape.Picture:
                return Picture(node, path, text);
            default:
                return text.Length == 0 ? [] : [text];
        }
    }

    private bool IsBelow(string path) =>
        path.StartsWith(Path.TrimEndingDirectorySeparator(_folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>True if it, or a folder on the way to it, is a link to somewhere else. Volumes have links that stay within.</summary>
    private bool LeadsAway(FileSystemInfo file)
    {
        for (var at = file; at is not null && IsBelow(at.FullName); at = at is FileInfo one ? one.Directory : ((DirectoryInfo)at).Parent)
        {
            if (at.LinkTarget is not null && at.ResolveLinkTarget(returnFinalTarget: true) is { } target && !IsBelow(target.FullName))
            {
                return true;
            }
        }

        return false;
    }

    private static string ReadText(byte[] content)
    {
        using var reader = new StreamReader(new MemoryStream(content));
        return reader.ReadToEnd();
    }

    private ImmutableArray<string> Picture(YamlNode node, string path, string text)
    {
        if (!text.StartsWith("data:", StringComparison.Ordinal))
        {
            return Beside(node, path, text) is { } picture ? [PictureUri.Of(picture)] : [];
        }

        if (PictureUri.Read(text) is null)
        {
            Refuse(node, path, "This is no picture.", "Give the path of an SVG or a PNG, or what sso export wrote.");
        }

        return [text];
    }

    /// <summary>Another file, which a repository has beside this one. Anything elsewhere on the machine is none of its business.</summary>
    private byte[]? Beside(YamlNode node, string path, string name)
    {
        var file = new FileInfo(Path.GetFullPath(Path.Combine(_folder, name)));
        if (!IsBelow(file.FullName) || LeadsAway(file))
        {
            Refuse(node, path, $"'{name}' is not in the folder of this file or below.", "Put it beside this file.");
        }
        else if (!file.Exists || file.Length > LargestPart)
        {
            Refuse(node, path, $"There is no file '{name}' of at most 64 KiB beside this one.", "Correct its path.");
        }
        else
        {
            try
            {
                return File.ReadAllBytes(file.FullName);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Refuse(node, path, $"'{name}' cannot be read: {exception.Message}", $"Let {Environment.UserName} read it.");
            }
        }

        return null;
    }

    private IEnumerable<(YamlScalarNode Key, YamlNode Value)> Pairs(YamlNode node, string path)
    {
        if (node is not YamlMappingNode mapping)
        {
            Refuse(node, path, "Here stand keys with their values.", $"Write lines such as {Example(path)}");
            yield break;
        }

        foreach (var (key, value) in mapping)
        {
            if (key is YamlScalarNode { Value: { Length: > 0 } } scalar)
            {
                yield return (scalar, value);
            }
            else
            {
                Refuse(key, path, "A key is one word.", $"Write lines such as {Example(path)}");
            }
        }
    }

    private static string Example(string path) => path == WholeFile ? "clients:"
        : Sections.Any(section => section.Section == path) ? "my-shop:"
        : "name: My shop";

    private string? One(YamlNode node, string path)
    {
        if (node is YamlScalarNode { Value: { } value })
        {
            return value;
        }

        Refuse(node, path, "Here stands one value.", "Write it after the colon on the same line.");
        return null;
    }

    /// <summary>A key without a value, or with null: as if it were left out.</summary>
    private static bool IsNothing(YamlNode node) =>
        node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" };

    private void Unknown(YamlScalarNode key, string path, IEnumerable<string> known) => Refuse(
        key, path, $"There is no key '{key.Value}' here.",
        NearestWord.Asked(key.Value!, known) is { Length: > 0 } asked ? asked : $"Known are {string.Join(", ", known)}.");

    private void Refuse(YamlNode node, string key, string what, string remedy) => Refuse(PlaceOf(node), key, what, remedy);

    private void Refuse(FilePlace place, string key, string what, string remedy) => _flaws.Add(new(place, key, what, remedy));

    private static FilePlace PlaceOf(YamlNode node) => new(node.Start.Line, node.Start.Column);
}
