using System.Collections.Frozen;
using System.Globalization;

namespace Sso.Accounts.Localization;

/// <summary>The time zone in which an instant is shown, and what people call it: the time of a city. For pages and mails alike.</summary>
public static class ZoneNames
{
    /// <summary>
    /// Cities of Europe with a different Italian name; the others are called in Italian what the zone database calls them.
    /// </summary>
    private static readonly FrozenDictionary<string, string> Italian = (((string English, string Italian)[])
    [
        ("Athens", "Atene"), ("Belgrade", "Belgrado"), ("Berlin", "Berlino"), ("Brussels", "Bruxelles"), ("Bucharest", "Bucarest"),
        ("Copenhagen", "Copenaghen"), ("Dublin", "Dublino"), ("Lisbon", "Lisbona"), ("Ljubljana", "Lubiana"), ("London", "Londra"),
        ("Luxembourg", "Lussemburgo"), ("Moscow", "Mosca"), ("Paris", "Parigi"), ("Prague", "Praga"), ("Rome", "Roma"),
        ("Stockholm", "Stoccolma"), ("Vatican", "Vaticano"), ("Warsaw", "Varsavia"), ("Zagreb", "Zagabria"), ("Zurich", "Zurigo"),
    ]).ToFrozenDictionary(city => city.English, city => city.Italian, StringComparer.Ordinal);

    /// <summary>The person's own, otherwise that of the server.</summary>
    /// <param name="id">As stored, such as <c>Europe/Rome</c>.</param>
    public static TimeZoneInfo Of(string? id) =>
        id is not null && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? zone : TimeZoneInfo.Local;

    /// <summary>"ora di Roma", "Rome time"; "UTC", "UTC+01:00" for a zone that is no city's.</summary>
    /// <param name="ofCity">The words for the time of a city.</param>
    public static string NameOf(TimeZoneInfo zone, DateTimeOffset at, CultureInfo language, Func<string, string> ofCity)
    {
        var local = TimeZoneInfo.ConvertTime(at, zone);
        return CityOf(zone, language) is { } city ? ofCity(city)
            : local.Offset == TimeSpan.Zero ? "UTC"
            : local.ToString("'UTC'zzz", CultureInfo.InvariantCulture);
    }

    private static string? CityOf(TimeZoneInfo zone, CultureInfo language)
    {
        var id = zone.HasIanaId ? zone.Id : TimeZoneInfo.TryConvertWindowsIdToIanaId(zone.Id, out var converted) ? converted : zone.Id;
        if (!id.Contains('/', StringComparison.Ordinal) || id.StartsWith("Etc/", StringComparison.Ordinal))
        {
            return null;
        }

        var city = id[(id.LastIndexOf('/') + 1)..].Replace('_', ' ');
        return language.TwoLetterISOLanguageName == "it" ? Italian.GetValueOrDefault(city, city) : city;
    }
}
