using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Administrators;
using Sso.Admin.Deliveries;
using Sso.Data.Delivery;
using Sso.Delivery;
using Sso.Delivery.Routes;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Pages.Console.Texts;

/// <summary>The log of texts: to which masked number, by which route, at what cost, and what became of each.</summary>
internal sealed class Log(SearchDeliveries deliveries, MessageRoutes routes, Viewer viewer, IStringLocalizer<Log> text) : ConsolePage
{
    [BindProperty(SupportsGet = true, Name = "purpose")]
    public string? Purpose { get; set; }

    [BindProperty(SupportsGet = true, Name = "by")]
    public string? Route { get; set; }

    [BindProperty(SupportsGet = true, Name = "country")]
    public string? CountryCode { get; set; }

    /// <summary>The two digits that are told of a number.</summary>
    [BindProperty(SupportsGet = true, Name = "digits")]
    public string? Digits { get; set; }

    /// <summary><c>troubled</c>: only what did not arrive, as far as is known.</summary>
    [BindProperty(SupportsGet = true, Name = "only")]
    public string? Only { get; set; }

    /// <summary>The first day, in the zone of the viewer.</summary>
    [BindProperty(SupportsGet = true, Name = "from")]
    public string? From { get; set; }

    /// <summary>The last day.</summary>
    [BindProperty(SupportsGet = true, Name = "until")]
    public string? Until { get; set; }

    /// <summary>The text behind which the list goes on.</summary>
    [BindProperty(SupportsGet = true, Name = "before")]
    public string? Before { get; set; }

    public DeliveryPage Found { get; private set; } = new([], Next: null, LookedBackTo: null);

    /// <summary>False: a field of the search says something that nobody can look for.</summary>
    public bool IsRead => ModelState.IsValid;

    /// <summary>Those that this server uses.</summary>
    public IEnumerable<string> Routes => routes.All.Select(route => route.Name).Order(StringComparer.Ordinal);

    /// <summary>The search in the address of a page.</summary>
    public Dictionary<string, string> Criteria => new[]
    {
        ("purpose", Purpose), ("by", Route), ("country", CountryCode), ("digits", Digits), ("only", Only), ("from", From), ("until", Until),
    }.Where(pair => !string.IsNullOrWhiteSpace(pair.Item2)).ToDictionary(pair => pair.Item1, pair => pair.Item2!);

    [Act(ConsoleAct.SeeDelivery)]
    public async Task OnGetAsync(CancellationToken cancellation)
    {
        if (Read() is { } search)
        {
            Found = await deliveries.ExecuteAsync(
                search, Guid.TryParseExact(Before, "N", out var last) ? last : null, cancellation);
        }
    }

    private DeliverySearch? Read()
    {
        if (DayOf(From) is not { } from)
        {
            return Wrong("from", "BadDay");
        }

        if (DayOf(Until) is not { } until)
        {
            return Wrong("until", "BadDay");
        }

        if (from.Day > until.Day)
        {
            return Wrong("from", "SwappedDays");
        }

        if (!string.IsNullOrWhiteSpace(Digits) && !(Digits.Trim() is { Length: 1 or 2 } typed && typed.All(char.IsAsciiDigit)))
        {
            return Wrong("digits", "BadDigits");
        }

        var purpose = Enum.GetValues<TextPurpose>().Cast<TextPurpose?>().FirstOrDefault(known => known.ToString() == Purpose);
        if (purpose is null && !string.IsNullOrEmpty(Purpose))
        {
            return Wrong("purpose", "BadPurpose");
        }

        var country = Country.Find(CountryCode)?.Code;
        if (country is null && !string.IsNullOrEmpty(CountryCode))
        {
            return Wrong("country", "BadCountry");
        }

        return new(
            purpose,
            string.IsNullOrWhiteSpace(Route) ? null : Route,
            country,
            string.IsNullOrWhiteSpace(Digits) ? null : Digits.Trim(),
            OnlyTroubled: Only == "troubled",
            from.Day is { } first ? viewer.StartOf(first) : null,
            until.Day is { } end && end < DateOnly.MaxValue ? viewer.StartOf(end.AddDays(1)) : null);
    }

    private DeliverySearch? Wrong(string field, string problem)
    {
        ModelState.AddModelError(field, text[problem]);
        return null;
    }

    /// <summary>Null if it is none; without a day if nothing was typed.</summary>
    private static Typed? DayOf(string? typed) =>
        string.IsNullOrWhiteSpace(typed) ? new(Day: null)
        : DateOnly.TryParseExact(typed.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day.Year is > 1970 and < 9999 ? new(day)
        : null;

    private sealed record Typed(DateOnly? Day);
}
