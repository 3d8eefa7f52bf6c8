using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using Sso.Delivery.Routes;
using static Sso.Delivery.Routes.DeliveryOutcome;

namespace Sso.Delivery.Vonage;

/// <summary>Maps HTTP status and numeric code to our classes.</summary>
internal static class VonageAnswer
{
    private static readonly TimeSpan WithoutHint = TimeSpan.FromSeconds(1);

    /// <summary>Codes that say more than the status under which they come.</summary>
    private static readonly FrozenDictionary<int, DeliveryOutcome> ByCode = Codes(
        (new Throttled(WithoutHint), [1000, 1241, 1460]),
        (new ProviderDown(), [1030, 1100, 1331]),
        (new InvalidNumber(), [1040, 1170, 1430]),
        (new NotReachable("barred"), [1050]),
        (new NotReachable("opted out"), [1240]),
        (new NotReachable("refused by the operator"), [1280, 1290, 1270]),
        (new NotReachable("number gone"), [1190, 1200, 1310]),
        (new ConfigError("account barred, out of quota or not enabled", StopsRoute: true), [1060, 1070, 1080, 1140, 1160]),
        (new ConfigError("the sender is not allowed there: see Delivery:From", StopsRoute: false),
            [1120, 1476, 1480, 1481, 1482, 1483, 1484]),
        (new ProviderDown(), [1180, 1220, 1230, 1490]),
        (new RouteRefused("not carried"), [1250, 1251, 1260, 1282, 1210, 1330]),
        (new FraudBlocked(), [1470, 1472, 1473, 1474, 1475, 2001]),
        (new Accepted(null, 1), [1320]));

    public static DeliveryOutcome Refused(
        HttpResponseMessage response, VonageProblem? problem, bool hasBody, DateTimeOffset now) =>
        response.StatusCode switch
        {
            HttpStatusCode.Unauthorized =>
                new ConfigError("401: check Vonage:ApplicationId, its key and its Messages capability", StopsRoute: true),
            HttpStatusCode.PaymentRequired => new ConfigError("402: out of credit", StopsRoute: true),
            HttpStatusCode.Forbidden => new ConfigError("403: the account may not send", StopsRoute: true),
            // A gateway that gave up waiting does not know what became of the request, and an empty 5xx does not say.
            HttpStatusCode.GatewayTimeout => new Unknown(),
            >= HttpStatusCode.InternalServerError => hasBody ? new ProviderDown() : new Unknown(),
            HttpStatusCode.TooManyRequests =>
                Known(problem) is FraudBlocked fraud ? fraud : new Throttled(ProviderHttp.Wait(response, now)),
            _ when Known(problem) is { } known => known,
            HttpStatusCode.NotFound => new ConfigError("404: check Vonage:BaseAddress", StopsRoute: true),
            >= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest =>
                new ConfigError("redirected: check Vonage:BaseAddress", StopsRoute: true),
            HttpStatusCode.UnprocessableEntity when problem?.InvalidParameters?.Any(parameter => parameter.Name == "to") is true =>
                new InvalidNumber(),
            < HttpStatusCode.Ambiguous => new Unknown(),
            _ when problem is null => new RouteRefused($"{(int)response.StatusCode} in words that are not the provider's"),
            _ => new Bug($"{(int)response.StatusCode} {problem?.Code?.ToString(CultureInfo.InvariantCulture) ?? "without a code"}"),
        };

    /// <summary>The numeric code, in an answer or in a receipt.</summary>
    public static DeliveryOutcome? Find(int code) => ByCode.GetValueOrDefault(code);

    private static DeliveryOutcome? Known(VonageProblem? problem) => problem?.Code is { } code ? Find(code) : null;

    private static FrozenDictionary<int, DeliveryOutcome> Codes(params (DeliveryOutcome Outcome, int[] Codes)[] rows) =>
        rows.SelectMany(row => row.Codes.Select(code => KeyValuePair.Create(code, row.Outcome))).ToFrozenDictionary();
}
