using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;

namespace Sso.Settings;

/// <summary>A name that was written where our settings stand, and that nothing reads.</summary>
/// <param name="Path">Without the value, which may be a secret.</param>
/// <param name="Meant">The setting that has nearly this name; null if none has.</param>
/// <param name="File">The name of the file, without its folder.</param>
public sealed record UnknownSetting(string Path, string? Meant, SettingSource Source, string? File)
{
    /// <summary>For the log and for an operator.</summary>
    public string Sentence => $"{Path} ({Place}) is no setting of this program.{(Meant is null ? "" : $" Did you mean {Meant}?")}";

    private string Place => Source switch
    {
        SettingSource.File => File!,
        SettingSource.Environment => "environment: " + Path.Replace(":", "__", StringComparison.Ordinal),
        SettingSource.CommandLine => "command line",
        _ => "program",
    };
}

/// <summary>
/// What was misspelt. The known names are those of the options themselves. Most of what the environment holds is not ours: told is only
/// what stands below a section of ours, or below a name that is nearly one.
/// </summary>
public static class UnknownSettings
{
    public static ImmutableArray<UnknownSetting> Find(IConfiguration configuration, IEnumerable<KnownSection> sections)
    {
        var known = sections.SelectMany(Roots).ToLookup(root => root.Name, root => root.Type, StringComparer.OrdinalIgnoreCase);
        var unknown = ImmutableArray.CreateBuilder<UnknownSetting>();
        foreach (var root in configuration.GetChildren())
        {
            if (known.Contains(root.Key))
            {
                Below(root, [.. known[root.Key]]);
            }
            // Nearer than within a section: many sections are of others, such as Authentication of ASP.NET Core.
            else if (root.GetChildren().Any() && NearestWord.Of(root.Key, known.Select(section => section.Key), most: 2) is { } meant)
            {
                Tell(root, meant);
            }
        }

        return unknown.DrainToImmutable();

        void Below(IConfigurationSection section, Type[] types)
        {
            Type[] elements = [.. types.Select(SettingsBinder.ElementOf).OfType<Type>()];
            var members = types.Where(SettingsBinder.IsGroup).SelectMany(type => type.GetProperties())
                .Where(property => property.CanWrite)
                .ToLookup(property => property.Name, property => property.PropertyType, StringComparer.OrdinalIgnoreCase);
            foreach (var child in section.GetChildren())
            {
                if (elements.Length > 0)
                {
                    Below(child, elements);
                }
                else if (members.Contains(child.Key))
                {
                    Below(child, [.. members[child.Key]]);
                }
                else
                {
                    var meant = NearestWord.Of(child.Key, members.Select(member => member.Key));
                    Tell(child, meant is null ? null : $"{section.Path}:{meant}");
                }
            }
        }

        void Tell(IConfigurationSection section, string? meant)
        {
            var (source, file) = SettingsReport.SourceOf(configuration, section.Path);
            unknown.Add(new(section.Path, meant, source, file));
        }
    }

    private static IEnumerable<(string Name, Type Type)> Roots(KnownSection section) => section.Name.Length > 0
        ? [(section.Name, section.Type)]
        : section.Type.GetProperties().Where(property => property.CanWrite).Select(property => (property.Name, property.PropertyType));
}
