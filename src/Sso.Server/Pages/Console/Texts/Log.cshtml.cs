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

    /// <summary>What is wrong with a field of the search; null if nothing is.</summary>
    public string? Problem { get; private set; }

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
        if (DayOf(From) is not { } from || DayOf(Until) is not { } until)
        {
            Problem = text["BadDay"];
            return null;
        }

        if (!string.IsNullOrWhiteSpace(Digits) && !(Digits.Trim() is { Length: 1 or 2 } typed && typed.All(char.IsAsciiDigit)))
        {
            Problem = text["BadDigits"];
            return null;
        }

        return new(
            Enum.TryParse<TextPurpose>(Purpose, out var purpose) && Enum.IsDefined(purpose) ? purpose : null,
            string.IsNullOrWhiteSpace(Route) ? null : Route,
            Country.Find(CountryCode)?.Code,
            string.IsNullOrWhiteSpace(Digits) ? null : Digits.Trim(),
            OnlyTroubled: Only == "troubled",
            from.Day is { } first ? viewer.StartOf(first) : null,
            until.Day is { } end && end < DateOnly.MaxValue ? viewer.StartOf(end.AddDays(1)) : null);
    }

    /// <summary>Null if it is none; without a day if nothing was typed.</summary>
    private static Typed? DayOf(string? typed) =>
        string.IsNullOrWhiteSpace(typed) ? new(Day: null)
        : DateOnly.TryParseExact(typed.Trim(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day.Year is > 1970 and < 9999 ? new(day)
        : null;

    private sealed record Typed(DateOnly? Day);
}
