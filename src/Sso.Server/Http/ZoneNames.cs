using System.Collections.Frozen;
using System.Globalization;

namespace Sso.Server.Http;

/// <summary>What people call the time zone they live in: the time of a city.</summary>
internal static class ZoneNames
{
    /// <summary>Cities of Europe whose Italian name is another; what is not here is called in Italian as the zone database calls it.</summary>
    private static readonly FrozenDictionary<string, string> Italian = (((string English, string Italian)[])
    [
        ("Athens", "Atene"), ("Belgrade", "Belgrado"), ("Berlin", "Berlino"), ("Brussels", "Bruxelles"), ("Bucharest", "Bucarest"),
        ("Copenhagen", "Copenaghen"), ("Dublin", "Dublino"), ("Lisbon", "Lisbona"), ("Ljubljana", "Lubiana"), ("London", "Londra"),
        ("Luxembourg", "Lussemburgo"), ("Moscow", "Mosca"), ("Paris", "Parigi"), ("Prague", "Praga"), ("Rome", "Roma"),
        ("Stockholm", "Stoccolma"), ("Vatican", "Vaticano"), ("Warsaw", "Varsavia"), ("Zagreb", "Zagabria"), ("Zurich", "Zurigo"),
    ]).ToFrozenDictionary(city => city.English, city => city.Italian, StringComparer.Ordinal);

    /// <summary>The person's own, else that of the server.</summary>
    /// <param name="id">As stored, such as <c>Europe/Rome</c>.</param>
    public static TimeZoneInfo Of(string? id) =>
        id is not null && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? zone : TimeZoneInfo.Local;

    /// <summary>Null for a zone that is no city's.</summary>
    public static string? CityOf(TimeZoneInfo zone, CultureInfo language)
    {
        var id = zone.HasIanaId ? zone.Id : TimeZoneInfo.TryConvertWindowsIdToIanaId(zone.Id, out var converted) ? converted : zone.Id;
        if (!id.Contains('/', StringComparison.Ordinal) || id.StartsWith("Etc/", StringComparison.Ordinal))
        {
            return null;
        }

        var city = id[(id.LastIndexOf('/') + 1)..].Replace('_', ' ');
        return language.TwoLetterISOLanguageName == "it" ? Italian.GetValueOrDefault(city, city) : city;
    }

    /// <summary>"UTC", "UTC+01:00".</summary>
    public static string OffsetOf(DateTimeOffset local) =>
        local.Offset == TimeSpan.Zero ? "UTC" : local.ToString("'UTC'zzz", CultureInfo.InvariantCulture);
}
