using Sso.Delivery.Spending;

namespace Sso.Delivery;

/// <summary>How messages leave. Section <c>Delivery</c> of the configuration.</summary>
public sealed record DeliveryOptions
{
    public const string Section = "Delivery";

    /// <summary>More than either provider charged for a text to Italy in 2026.</summary>
    private const decimal PriceInItaly = 0.10m;

    private static readonly string[] Usual = [Country.Italy.Code];

    /// <summary>
    /// In order of preference: vonage-messages, vonage-sms, twilio; in Development also outbox, which is used there if none is named.
    /// </summary>
    public IReadOnlyList<string> Routes { get; init; } = [];

    /// <summary>Another order for a country, by its ISO code.</summary>
    public IReadOnlyDictionary<string, string[]> RoutesByCountry { get; init; } = new Dictionary<string, string[]>();

    /// <summary>ISO codes; Italy if none is named.</summary>
    public IReadOnlyList<string> AllowedCountries
    {
        get;
        init => field = value.Count > 0 ? value : Usual;
    } = Usual;

    /// <summary>
    /// The sender by country code, and <c>default</c>: digits, or up to eleven letters and digits that the provider has registered.
    /// </summary>
    public IReadOnlyDictionary<string, string> From { get; init; } = new Dictionary<string, string>();

    /// <summary>The brand as written in texts, if <c>Brand:Name</c> is too long or holds characters that double the price.</summary>
    public string? Brand { get; init; }

    /// <summary>How long to wait for a receipt from a route that has accepted a message; then the code goes by another route.</summary>
    public TimeSpan ReceiptWait { get; init; } = TimeSpan.FromSeconds(20);

    public OutboxOptions Outbox { get; init; } = new();

    public SendLimitOptions Limits { get; init; } = new();

    public BudgetOptions Budget { get; init; } = new();

    /// <summary>Euro for one text, by country code: the price of the most expensive of its routes.</summary>
    public IReadOnlyDictionary<string, decimal> Prices
    {
        get;
        init => field = WithItaly(value);
    } = WithItaly([]);

    public ConversionOptions Conversion { get; init; } = new();

    /// <summary>By calling code: some countries share one.</summary>
    internal bool Serves(PhoneNumber number) => Sharing(number).Any();

    /// <summary>In ten-thousandths of a euro; zero if no route costs anything.</summary>
    internal int PriceOf(PhoneNumber number) =>
        Money.Of(Sharing(number).Select(country => PriceIn(country.Code) ?? 0).DefaultIfEmpty(0).Max());

    internal decimal? PriceIn(string code) =>
        Prices.Where(entry => entry.Key.Equals(code, StringComparison.OrdinalIgnoreCase))
            .Select(entry => (decimal?)entry.Value).FirstOrDefault();

    internal string SenderFor(Country country) => Sender(country.Code) ?? Sender("default") ?? "";

    internal string? Sender(string name) => From.FirstOrDefault(entry => entry.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    private static Dictionary<string, decimal> WithItaly(IEnumerable<KeyValuePair<string, decimal>> prices)
    {
        Dictionary<string, decimal> all = new(prices, StringComparer.OrdinalIgnoreCase);
        all.TryAdd(Country.Italy.Code, PriceInItaly);
        return all;
    }

    private IEnumerable<Country> Sharing(PhoneNumber number) =>
        AllowedCountries.Select(Country.Find).OfType<Country>().Where(country => country.CallingCode == number.Country.CallingCode);
}

/// <summary>The development outbox.</summary>
public sealed record OutboxOptions
{
    /// <summary>One file per message; a folder below the temporary one if not set.</summary>
    public string? Folder { get; init; }
}
