using FluentValidation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Sso.Settings;

/// <summary>Fills the options from their section, and says what is wrong with it.</summary>
internal sealed class SettingsReader<T>(IConfiguration configuration, string section, IValidator<T> rules)
    : IConfigureOptions<T>, IValidateOptions<T>
    where T : class, new()
{
    public void Configure(T options) => SettingsBinder.Bind(options, SettingsBinder.Section(configuration, section));

    /// <summary>The rules judge the options as they are: a test, or a host of ours, may have configured them after us.</summary>
    public ValidateOptionsResult Validate(string? name, T options)
    {
        string[] flaws =
        [
            .. SettingsBinder.FindFlaws(typeof(T), configuration, section), .. rules.FlawsOf(section, options),
        ];
        return flaws.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(flaws);
    }
}
