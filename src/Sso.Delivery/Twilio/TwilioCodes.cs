using System.Collections.Frozen;
using System.Text.Json.Serialization;
using Sso.Delivery.Routes;
using static Sso.Delivery.Routes.DeliveryOutcome;

namespace Sso.Delivery.Twilio;

/// <summary>Maps Twilio's numeric codes, in answers and in receipts, to our classes.</summary>
internal static class TwilioCodes
{
    private static readonly TimeSpan BackOff = TimeSpan.FromSeconds(5);

    private static readonly FrozenDictionary<int, DeliveryOutcome> ByCode = new Dictionary<int, DeliveryOutcome>
    {
        [20003] = new ConfigError("20003: check Twilio:AccountSid and the credentials beside it", StopsRoute: true),
        [20429] = new Throttled(BackOff),
        [21211] = new InvalidNumber(),
        [21408] = new ConfigError("21408: the country is closed in Twilio's geo permissions", StopsRoute: false),
        [21606] = new ConfigError("21606: the sender cannot send texts: see Delivery:From", StopsRoute: false),
        [21608] = new ConfigError("21608: a trial account reaches verified numbers only", StopsRoute: false),
        [21610] = new NotReachable("opted out"),
        [21612] = new InvalidNumber(),
        [21614] = new InvalidNumber(),
        [21617] = new Bug("21617: body too long"),
        [30001] = new Throttled(BackOff),
        [30002] = new ConfigError("30002: the account is suspended", StopsRoute: true),
        [30003] = new NotReachable("handset unreachable"),
        [30004] = new RouteRefused("30004: blocked"),
        [30005] = new NotReachable("unknown handset"),
        [30006] = new NotReachable("landline or unreachable operator"),
        [30007] = new RouteRefused("30007: filtered by the operator"),
        [30008] = new Unknown(),
        [30450] = new FraudBlocked(),
        [60410] = new FraudBlocked(),
        [60605] = new FraudBlocked(),
    }.ToFrozenDictionary();

    public static DeliveryOutcome? Find(int? code) => code is { } number ? ByCode.GetValueOrDefault(number) : null;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TwilioAnswer))]
internal sealed partial class TwilioJson : JsonSerializerContext;

/// <summary>What Twilio answers, accepted or refused, without the prose, which may repeat the number.</summary>
internal sealed record TwilioAnswer
{
    public string? Sid { get; init; }

    public int? ErrorCode { get; init; }

    public int? Code { get; init; }
}
