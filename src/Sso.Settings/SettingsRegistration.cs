using FluentValidation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Sso.Settings;

/// <summary>The one way in which a section of the configuration is read and checked.</summary>
public static class SettingsRegistration
{
    /// <summary>
    /// The section as <typeparamref name="T"/>, for whoever asks for it or for its <see cref="IOptions{T}"/>. What the rules refuse, and
    /// what is of another kind than its setting, is found by <see cref="IStartupValidator"/>, all of it at once and before anything else.
    /// </summary>
    /// <param name="services">Of the program.</param>
    /// <param name="configuration">Of the program.</param>
    /// <param name="section">Its name; empty where the members of <typeparamref name="T"/> are sections themselves.</param>
    /// <param name="rules">
    /// None: any value of its kind will do. Messages go on where the name of the setting ends: "must be 2048, 3072 or 4096."
    /// </param>
    public static IServiceCollection AddSettings<T>(
        this IServiceCollection services, IConfiguration configuration, string section, IValidator<T>? rules = null)
        where T : class, new()
    {
        var reader = new SettingsReader<T>(configuration, section, rules ?? new InlineValidator<T>());
        services.AddOptions<T>().ValidateOnStart();
        return services
            .AddSingleton(new KnownSection(section, typeof(T), provider => provider.GetRequiredService<IOptions<T>>().Value))
            .AddSingleton<IConfigureOptions<T>>(reader)
            .AddSingleton<IValidateOptions<T>>(reader)
            .AddSingleton(provider => provider.GetRequiredService<IOptions<T>>().Value);
    }

    /// <summary>A section that nothing that runs asks for: its names are known all the same, and none in it counts as misspelt.</summary>
    public static IServiceCollection AddIdleSettings<T>(this IServiceCollection services, string section) =>
        services.AddSingleton(new KnownSection(section, typeof(T), Read: null));

    /// <summary>
    /// Tells what applies where a setting has no value, because that follows from other settings or from the environment. What is the same
    /// everywhere is the value with which the options begin, and needs no telling.
    /// </summary>
    /// <param name="services">Of the program.</param>
    /// <param name="path">The whole name of the setting.</param>
    /// <param name="read">As it is asked for only where the setting has no value; null where nothing applies.</param>
    public static IServiceCollection AddUnset<T>(this IServiceCollection services, string path, Func<T, object?> read)
        where T : class =>
        services.AddSingleton(new UnsetSetting(path, provider => read(provider.GetRequiredService<T>())));

    /// <summary>
    /// For what has to be decided while the program is put together, which is before the rules have judged: values of another kind are left
    /// out, and nothing of what was decided runs when they refuse.
    /// </summary>
    public static T ReadUnchecked<T>(this IConfiguration configuration, string section)
        where T : class, new()
    {
        var settings = new T();
        SettingsBinder.Bind(settings, SettingsBinder.Section(configuration, section));
        return settings;
    }

    /// <summary>What is wrong with a section, in sentences that begin with the name of a setting.</summary>
    public static IReadOnlyList<string> FlawsOf<T>(this IConfiguration configuration, string section, IValidator<T> rules)
        where T : class, new()
    {
        return
        [
            .. SettingsBinder.FindFlaws(typeof(T), configuration, section),
            .. rules.FlawsOf(section, configuration.ReadUnchecked<T>(section)),
        ];
    }

    /// <summary>What the rules refuse of a section, in sentences that begin with the name of a setting.</summary>
    public static IEnumerable<string> FlawsOf<T>(this IValidator<T> rules, string section, T settings) => rules.Validate(settings).Errors
        .Select(failure => $"{SettingsPath.Of(section, failure.PropertyName)} {failure.ErrorMessage}").Distinct(StringComparer.Ordinal);
}
