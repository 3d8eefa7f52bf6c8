
namespace Sso.Delivery;

/// <summary>How messages leave. Section <c>Delivery</c> of the configuration.</summary>
public sealed record DeliveryOptions
{
    public const string Section = "Delivery";

    /// <summary>In order of preference: vonage-messages; in Development also outbox, which is the default there.</summary>
    public IReadOnlyList<string>? Routes { get; init; }

    /// <summary>ISO codes; Italy when nothing is set. (No default value here: the binder would add to it instead of replacing it.)</summary>
    public IReadOnlyList<string>? AllowedCountries { get; init; }

    /// <summary>The sender by country code, and <c>default</c>: digits, or up to eleven letters and digits that the provider has registered.</summary>
    public IReadOnlyDictionary<string, string> From { get; init; } = new Dictionary<string, string>();

    /// <summary>The brand as texts write it, where <c>Brand:Name</c> is too long or holds characters that double the price.</summary>
    public string? Brand { get; init; }

    public OutboxOptions Outbox { get; init; } = new();

    public SendLimitOptions Limits { get; init; } = new();

    internal IReadOnlyList<string> Served => AllowedCountries is { Count: > 0 } countries ? countries : [Country.Italy.Code];

    internal string SenderFor(Country country) => Sender(country.Code) ?? Sender("default") ?? "";

    internal string? Sender(string name) => From.FirstOrDefault(entry => entry.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}

/// <summary>The development outbox.</summary>
public sealed record OutboxOptions
{
    /// <summary>One file per message; a folder beneath the temporary one when not set.</summary>
    public string? Folder { get; init; }
}
