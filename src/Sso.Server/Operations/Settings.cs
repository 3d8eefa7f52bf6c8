using Microsoft.Extensions.Options;

namespace Sso.Server.Operations;

/// <summary>Sections of the configuration as records, and what is wrong with a configuration in sentences.</summary>
internal static class Settings
{
    /// <exception cref="SettingsException">A value is of another kind than its setting.</exception>
    public static T ReadSettings<T>(this IConfiguration configuration, string section)
        where T : new()
    {
        try
        {
            return configuration.GetSection(section).Get<T>() ?? new T();
        }
        catch (InvalidOperationException exception)
        {
            throw new SettingsException(exception.Message);
        }
    }

    /// <summary>The section, refused where its own check finds a problem.</summary>
    /// <exception cref="SettingsException">The problem, or a value of another kind than its setting.</exception>
    public static T ReadSettings<T>(this IConfiguration configuration, string section, Func<T, string?> problemOf)
        where T : new()
    {
        var settings = configuration.ReadSettings<T>(section);
        return problemOf(settings) is { } problem ? throw new SettingsException(problem) : settings;
    }

    /// <summary>Every flaw that the validators of options find, before anything is started.</summary>
    /// <exception cref="SettingsException">One line for each.</exception>
    public static void Validate(IServiceProvider services)
    {
        try
        {
            services.GetService<IStartupValidator>()?.Validate();
        }
        catch (Exception exception) when (FlawsOf(exception) is { Length: > 0 } flaws)
        {
            throw new SettingsException(string.Join(Environment.NewLine, flaws));
        }
    }

    /// <summary>A file of settings that is no JSON: the file and the place.</summary>
    public static string InWords(InvalidDataException exception) =>
        exception.InnerException?.InnerException is { } place ? $"{exception.Message} {place.Message}" : exception.Message;

    private static string[] FlawsOf(Exception exception) => exception switch
    {
        OptionsValidationException refused => [.. refused.Failures],
        AggregateException several => [.. several.InnerExceptions.SelectMany(FlawsOf)],
        // The binder: a value of another kind than its setting.
        InvalidOperationException => [exception.Message],
        _ => [],
    };
}
