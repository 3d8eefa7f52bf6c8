using Sso.Data.Files;

namespace Sso.Admin.Files;

/// <summary>Every brand, resource and application as a file, which makes the same of an empty installation.</summary>
public sealed class ExportFile(FileSections sections)
{
    public async Task<string> ExecuteAsync(CancellationToken cancellation)
    {
        var all = new List<(AppliedKind, IEnumerable<KeyValuePair<string, FieldValues>>)>();
        foreach (var section in sections.All)
        {
            all.Add((section.Kind, await section.CurrentAsync(cancellation)));
        }

        return FileWriter.Write(all);
    }
}
