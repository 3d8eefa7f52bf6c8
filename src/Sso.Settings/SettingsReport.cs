using System.Collections;
using System.Collections.Immutable;
using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.DependencyInjection;

namespace Sso.Settings;

/// <summary>From where a setting has its value.</summary>
public enum SettingSource
{
    Default,
    File,
    Environment,
    CommandLine,

    /// <summary>The program itself, such as the demo.</summary>
    Program,
}

/// <summary>A setting as it is in force.</summary>
/// <param name="Path">Its whole name.</param>
/// <param name="Value">Null if there is none, and of a secret always.</param>
/// <param name="IsSecret">Only whether it is set may be told.</param>
/// <param name="IsSet">It has a value.</param>
/// <param name="IsSwitch">It is on or off, which a page says in words.</param>
/// <param name="File">The name of the file, without its folder.</param>
public sealed record SettingView(string Path, string? Value, bool IsSecret, bool IsSet, bool IsSwitch, SettingSource Source, string? File);

/// <summary>
/// Every setting that the program knows, with its value and where that comes from. A secret is known by its declaration
/// (<see cref="PasswordPropertyTextAttribute"/>), whatever it is called, and everything below it is one too. Where a setting has no value,
/// what applies instead is told (<see cref="UnsetSetting"/>). What the configuration holds beside the sections of the program is not told
/// at all.
/// </summary>
public static class SettingsReport
{
    public static ImmutableArray<SettingView> Read(
        IConfiguration configuration, IEnumerable<KnownSection> sections, IServiceProvider services)
    {
        var report = ImmutableArray.CreateBuilder<SettingView>();
        var unset = services.GetServices<UnsetSetting>().ToLookup(setting => setting.Path, StringComparer.Ordinal);
        foreach (var section in sections.Where(section => section.Read is not null).DistinctBy(section => (section.Name, section.Type)))
        {
            Group(section.Name, section.Type, section.Read!(services), isSecret: false);
        }

        return report.DrainToImmutable();

        void Group(string path, Type type, object? value, bool isSecret)
        {
            foreach (var property in type.GetProperties().Where(property => property.CanWrite && property.GetIndexParameters().Length == 0))
            {
                Member(
                    path.Length == 0 ? property.Name : $"{path}:{property.Name}", property.PropertyType,
                    value is null ? null : property.GetValue(value), isSecret || IsSecret(property));
            }
        }

        void Member(string path, Type type, object? value, bool isSecret)
        {
            switch (value)
            {
                case null:
                    Tell(path, text: null, isSecret);
                    break;
                case IDictionary keyed:
                    foreach (DictionaryEntry entry in keyed)
                    {
                        Member($"{path}:{entry.Key}", entry.Value?.GetType() ?? typeof(object), entry.Value, isSecret);
                    }

                    if (keyed.Count == 0)
                    {
                        Tell(path, text: null, isSecret);
                    }

                    break;
                case IEnumerable several when value is not string:
                    var members = several.Cast<object?>().ToList();
                    if (members.Any(member => member is not null && !IsSingle(member.GetType())))
                    {
                        foreach (var (index, member) in members.Index().Where(item => item.Item is not null))
                        {
                            Group($"{path}:{index}", member!.GetType(), member, isSecret);
                        }
                    }
                    else
                    {
                        Tell(path, TextOf(members), isSecret);
                    }

                    break;
                case var single when IsSingle(type):
                    Tell(path, TextOf(single), isSecret, single is bool);
                    break;
                default:
                    Group(path, type, value, isSecret);
                    break;
            }
        }

        void Tell(string path, string? text, bool isSecret, bool isSwitch = false)
        {
            var (source, file) = SourceOf(configuration, path);
            if (string.IsNullOrEmpty(text) && unset[path].LastOrDefault()?.Read(services) is { } applies)
            {
                (source, file) = (SettingSource.Default, null);
                (text, isSwitch) = (applies is IEnumerable list and not string ? TextOf(list) : TextOf(applies), applies is bool);
            }

            report.Add(new(path, isSecret ? null : text, isSecret, !string.IsNullOrEmpty(text), isSwitch, source, file));
        }
    }

    public static bool IsSecret(PropertyInfo property) =>
        property.GetCustomAttribute<PasswordPropertyTextAttribute>() is { Password: true };

    internal static (SettingSource Source, string? File) SourceOf(IConfiguration configuration, string path)
    {
        var holder = (configuration as IConfigurationRoot)?.Providers
            .LastOrDefault(provider => provider.TryGet(path, out _) || provider.GetChildKeys([], path).Any());
        return holder switch
        {
            null => (SettingSource.Default, null),
            CommandLineConfigurationProvider => (SettingSource.CommandLine, null),
            EnvironmentVariablesConfigurationProvider => (SettingSource.Environment, null),
            FileConfigurationProvider file => (SettingSource.File, Path.GetFileName(file.Source.Path)),
            _ => (SettingSource.Program, null),
        };
    }

    private static bool IsSingle(Type type) =>
        TypeDescriptor.GetConverter(Nullable.GetUnderlyingType(type) ?? type).CanConvertFrom(typeof(string));

    /// <summary>Null if it is empty.</summary>
    private static string? TextOf(IEnumerable members) =>
        string.Join(", ", members.Cast<object?>().Select(member => TextOf(member!))) is { Length: > 0 } text ? text : null;

    /// <summary>
    /// As it would be written. An address is told without whoever is named in it and without its query, as receivers take keys by either.
    /// </summary>
    private static string TextOf(object value)
    {
        var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        return text.Contains(Uri.SchemeDelimiter, StringComparison.Ordinal) && Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && (uri.UserInfo.Length > 0 || uri.Query.Length > 0)
            ? uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)
                + (uri.Query.Length > 0 ? "?…" : "")
            : text;
    }
}
