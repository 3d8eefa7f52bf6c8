using System.Collections;
using System.ComponentModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;

namespace Sso.Settings;

/// <summary>
/// The framework's binder, one member at a time, so that one that cannot be read hides no other. Left alone, it stops at the first, drops
/// members of lists without a word, and adds to a default where it should replace it.
/// </summary>
internal static class SettingsBinder
{
    public static IConfiguration Section(IConfiguration configuration, string section) =>
        section.Length == 0 ? configuration : configuration.GetSection(section);

    /// <summary>Sets every member that the section has and that can be read.</summary>
    public static void Bind(object settings, IConfiguration section)
    {
        foreach (var property in settings.GetType().GetProperties().Where(property => property.CanWrite))
        {
            var found = section.GetSection(property.Name);
            if (!found.Exists())
            {
                continue;
            }

            if (IsGroup(property.PropertyType) && property.GetValue(settings) is { } group)
            {
                Bind(group, found);
            }
            else if (!FindFlaws(property.PropertyType, found, path => IsOfAnotherProgram(section, path)).Any()
                && found.Get(property.PropertyType) is { } value)
            {
                property.SetValue(settings, value);
            }
        }
    }

    /// <summary>What is of another kind than its setting.</summary>
    public static IEnumerable<string> FindFlaws(Type type, IConfiguration configuration, string section) =>
        FindFlaws(type, Section(configuration, section), path => IsOfAnotherProgram(configuration, path));

    private static IEnumerable<string> FindFlaws(Type type, IConfiguration section, Predicate<string> isPassedOver)
    {
        if (section is IConfigurationSection named)
        {
            if (IsSingle(type))
            {
                return SingleFlaw(type, named) is { } flaw ? [flaw] : [];
            }

            if (!string.IsNullOrEmpty(named.Value) && !isPassedOver(named.Path))
            {
                return [$"{named.Path} holds one value where several belong. Write {named.Path}:{ExampleOf(type)}."];
            }
        }

        return ElementOf(type) is { } element
            ? section.GetChildren().SelectMany(member => FindFlaws(element, member, isPassedOver))
            : type.GetProperties().Where(property => property.CanWrite)
                .Select(property => (property.PropertyType, Section: section.GetSection(property.Name)))
                .Where(member => member.Section.Exists())
                .SelectMany(member => FindFlaws(member.PropertyType, member.Section, isPassedOver));
    }

    /// <summary>
    /// A login puts <c>MAIL</c> into the environment, and others their own: what has the name of a whole section there says nothing to us.
    /// </summary>
    private static bool IsOfAnotherProgram(IConfiguration configuration, string path) =>
        !path.Contains(ConfigurationPath.KeyDelimiter, StringComparison.Ordinal)
        && (configuration as IConfigurationRoot)?.Providers.LastOrDefault(provider => provider.TryGet(path, out _))
            is EnvironmentVariablesConfigurationProvider;

    private static string? SingleFlaw(Type type, IConfigurationSection section)
    {
        if (section.Value is null && section.GetChildren().Any())
        {
            return $"{section.Path} holds several values where one belongs.";
        }

        try
        {
            section.Get(type);
            return null;
        }
        catch (InvalidOperationException)
        {
            return $"{section.Path} is \"{section.Value}\". Set it to {Kind(Nullable.GetUnderlyingType(type) ?? type)}.";
        }
    }

    private static string Kind(Type type) => type switch
    {
        _ when type == typeof(TimeSpan) => "a duration, such as 00:10:00 or 14.00:00:00",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(Uri) => "an address",
        { IsEnum: true } => string.Join(", ", Enum.GetNames(type)),
        _ => "a number",
    };

    private static string ExampleOf(Type type) => ElementOf(type) is null ? type.GetProperties()[0].Name : IsKeyed(type) ? "name" : "0";

    /// <summary>It has settings of its own.</summary>
    public static bool IsGroup(Type type) => !IsSingle(type) && ElementOf(type) is null;

    private static bool IsSingle(Type type) =>
        TypeDescriptor.GetConverter(Nullable.GetUnderlyingType(type) ?? type).CanConvertFrom(typeof(string));

    private static bool IsKeyed(Type type) => Generic(type, typeof(IReadOnlyDictionary<,>)) is not null;

    public static Type? ElementOf(Type type) => type switch
    {
        _ when !type.IsAssignableTo(typeof(IEnumerable)) => null,
        _ when Generic(type, typeof(IReadOnlyDictionary<,>)) is [_, var value] => value,
        _ when Generic(type, typeof(IEnumerable<>)) is [var element] => element,
        _ => null,
    };

    private static Type[]? Generic(Type type, Type definition) => type.GetInterfaces().Append(type)
        .FirstOrDefault(one => one.IsGenericType && one.GetGenericTypeDefinition() == definition)?.GetGenericArguments();
}
