namespace Sso.Accounts.Visits;

/// <summary>Browser and system in words that their owner recognises; what a browser says about itself proves nothing.</summary>
public static class UserAgents
{
    private const int Longest = 256;

    /// <summary>In this order: most browsers also name those that they are compatible with.</summary>
    private static readonly (string Mark, string Name)[] Browsers =
    [
        ("Edg/", "Edge"), ("EdgA/", "Edge"), ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"), ("FxiOS/", "Firefox"), ("Firefox/", "Firefox"),
        ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ];

    private static readonly (string Mark, string Name)[] Systems =
    [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
        ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
    ];

    public static (string? Browser, string? System) Parts(string userAgent) => (Find(Browsers, userAgent), Find(Systems, userAgent));

    /// <summary>"Firefox, Windows"; null if neither is known.</summary>
    public static string? Describe(string userAgent) => Parts(userAgent) switch
    {
        (null, null) => null,
        ({ } browser, { } system) => $"{browser}, {system}",
        (var browser, var system) => browser ?? system,
    };

    public static bool IsPhone(string? userAgent) => userAgent is not null && Parts(userAgent).System is "iPhone" or "iPad" or "Android";

    /// <summary>Cut to the length of a column, but never inside a character, which a database would refuse; null if it is empty.</summary>
    public static string? Shorten(string userAgent) => userAgent.Length switch
    {
        0 => null,
        <= Longest => userAgent,
        _ => userAgent[..(char.IsHighSurrogate(userAgent[Longest - 1]) ? Longest - 1 : Longest)],
    };

    private static string? Find((string Mark, string Name)[] table, string userAgent) =>
        table.FirstOrDefault(entry => userAgent.Contains(entry.Mark, StringComparison.Ordinal)).Name;
}
