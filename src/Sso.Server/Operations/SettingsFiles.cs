using System.Text.Json;
using Microsoft.Extensions.Configuration.Json;

namespace Sso.Server.Operations;

/// <summary>The files from which settings come: read before anything else, so what is wrong with one ends every command.</summary>
internal static class SettingsFiles
{
    /// <summary>As <paramref name="begin"/> makes it, which reads them.</summary>
    /// <exception cref="SettingsException">One of them is there and cannot be read.</exception>
    public static T Read<T>(Func<T> begin)
    {
        try
        {
            return begin();
        }
        catch (InvalidDataException exception)
        {
            throw new SettingsException(InWords(exception), exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException(
                $"The settings cannot be read: {exception.Message} {FileRights.Remedy(exception, isNamed: false)}".TrimEnd(), exception);
        }
    }

    /// <summary>Those that are there.</summary>
    public static IEnumerable<string> Of(IConfiguration configuration) =>
        configuration is not IConfigurationRoot root ? []
        : root.Providers.OfType<JsonConfigurationProvider>()
            .Select(provider => provider.Source.FileProvider?.GetFileInfo(provider.Source.Path ?? "").PhysicalPath)
            .OfType<string>().Where(File.Exists).Distinct(StringComparer.Ordinal);

    /// <summary>The file, its line counted from 1 as editors do, and what is wrong there.</summary>
    private static string InWords(InvalidDataException exception) => exception.InnerException switch
    {
        { InnerException: JsonException { LineNumber: { } line } place } =>
            $"{exception.Message} Line {line + 1}: {place.Message.Split(" LineNumber:")[0].Split(" Path:")[0]}",
        { } cause => $"{exception.Message} {cause.Message}",
        null => exception.Message,
    };
}
