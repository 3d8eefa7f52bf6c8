using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Serialization;
using Sso.Delivery.Routes;
using static Sso.Delivery.Routes.DeliveryOutcome;

namespace Sso.Delivery.Vonage;

/// <summary>Maps the status inside the body to our classes.</summary>
internal static class VonageSmsStatus
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BackOff = TimeSpan.FromSeconds(5);

    private static readonly FrozenDictionary<int, DeliveryOutcome> Failures = new Dictionary<int, DeliveryOutcome>
    {
        [1] = new Throttled(Moment),
        [2] = new Bug("status 2: missing parameter"),
        [3] = new InvalidNumber(),
        [4] = new ConfigError("status 4: check Vonage:ApiKey and Vonage:ApiSecret", StopsRoute: true),
        [5] = new ProviderDown(),
        [6] = new InvalidNumber(),
        [7] = new NotReachable("barred"),
        [8] = new ConfigError("status 8: the account is barred", StopsRoute: true),
        [9] = new ConfigError("status 9: out of credit", StopsRoute: true),
        [10] = new Throttled(BackOff),
        [11] = new ConfigError("status 11: the account may not use the SMS API", StopsRoute: true),
        [12] = new Bug("status 12: message too long"),
        [14] = new ConfigError("status 14: check Vonage:SignatureSecrets and Vonage:SignatureMethod", StopsRoute: true),
        [15] = new ConfigError("status 15: the sender is not allowed there: see Delivery:From", StopsRoute: false),
        [17] = new RouteRefused("status 17: blocked by the operator"),
        [22] = new Bug("status 22: network code"),
        [23] = new RouteRefused("status 23: callback address"),
        [29] = new ConfigError("status 29: a demo account reaches its test numbers only", StopsRoute: false),
        [32] = new Bug("status 32: signature and secret together"),
        [33] = new NotReachable("number gone"),
    }.ToFrozenDictionary();

    /// <summary>Accepted only if every part was; a body that says nothing says nothing about acceptance either.</summary>
    public static DeliveryOutcome OutcomeOf(VonageSmsAnswer? answer)
    {
        if (answer?.Messages is not { Count: > 0 } parts || parts.Any(part => part.Number is null))
        {
            return new Unknown();
        }

        return FirstFailure(answer) is { } status
            ? Failures.GetValueOrDefault(status) ?? new RouteRefused(string.Create(CultureInfo.InvariantCulture, $"status {status}"))
            : new Accepted(ProviderHttp.Id(parts[0].MessageId), parts.Count);
    }

    public static int? FirstFailure(VonageSmsAnswer? answer) =>
        answer?.Messages?.Select(part => part.Number).FirstOrDefault(status => status is not (null or 0));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower)]
[JsonSerializable(typeof(VonageSmsAnswer))]
internal sealed partial class VonageSmsJson : JsonSerializerContext;

internal sealed record VonageSmsAnswer
{
    public IReadOnlyList<VonageSmsPart>? Messages { get; init; }
}

internal sealed record VonageSmsPart
{
    public string? Status { get; init; }

    public string? MessageId { get; init; }

    public int? Number => int.TryParse(Status, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
