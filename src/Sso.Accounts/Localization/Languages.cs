using System.Globalization;
using Sso.Data.People;

namespace Sso.Accounts.Localization;

/// <summary>The languages of pages and messages.</summary>
public static class Languages
{
    public static readonly CultureInfo[] Supported = [CultureInfo.GetCultureInfo("it"), CultureInfo.GetCultureInfo("en")];

    /// <summary>The language of messages to a person: their own, otherwise that of the page, otherwise Italian.</summary>
    public static CultureInfo Of(Person? person) => person?.Locale?.Split('-')[0].ToLowerInvariant() switch
    {
        "it" => Supported[0],
        "en" => Supported[1],
        // Messages written in the background belong to no page.
        _ => Supported.FirstOrDefault(language => language.Name == CultureInfo.CurrentUICulture.TwoLetterISOLanguageName) ?? Supported[0],
    };

    /// <summary>What the cookie of a choice holds: the language, and when it was chosen.</summary>
    public static string Choice(string language, DateTimeOffset at) =>
        $"{language}.{at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)}";
}
