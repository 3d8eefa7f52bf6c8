using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sso.Delivery.Receipts;
using Sso.Delivery.Routes;
using static Sso.Delivery.Routes.DeliveryOutcome;

namespace Sso.Delivery.Twilio;

/// <summary>The Messages resource of Twilio.</summary>
public sealed partial class TwilioMessages(
    HttpClient http,
    IOptions<TwilioOptions> account,
    IOptions<DeliveryOptions> options,
    ReceiptAddresses receipts,
    TimeProvider clock,
    ILogger<TwilioMessages> log) : IMessageRoute
{
    public const string RouteName = "twilio";

    /// <summary>Where the receipt carries our id: Twilio echoes none by itself.</summary>
    internal const string ReferenceParameter = "ref";

    private const int LongestShortCode = 6;
    private static readonly TimeSpan ShortestLife = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan LongestLife = TimeSpan.FromSeconds(36_000);

    public string Name => RouteName;

    public bool HasReceipts => account.Value.HasReceipts;

    public async Task<DeliveryOutcome> SendAsync(OutgoingMessage message, CancellationToken cancellation)
    {
        using var request = Request(message);
        return await ProviderHttp.SendAsync(http, request, response => UnderstandAsync(message, response, cancellation), cancellation);
    }

    private async Task<DeliveryOutcome> UnderstandAsync(
        OutgoingMessage message, HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.StatusCode is HttpStatusCode.Created or HttpStatusCode.OK)
        {
            var parts = Gsm7.Parts(message.Text);
            return await ProviderHttp.AcceptedAsync(
                response, TwilioJson.Default.TwilioAnswer,
                answer => TwilioCodes.Find(answer.ErrorCode) ?? (answer.Sid is { } id ? new Accepted(ProviderHttp.Id(id), parts) : null),
                parts, cancellation);
        }

        var (problem, hasBody) = await ProviderHttp.ReadAsync(response, TwilioJson.Default.TwilioAnswer, cancellation);
        Refused(log, message.Reference, (int)response.StatusCode, problem?.Code);
        return response.StatusCode switch
        {
            HttpStatusCode.TooManyRequests => new Throttled(ProviderHttp.Wait(response, clock.GetUtcNow())),
            // A gateway that gave up waiting does not know what became of the request, and an empty 5xx does not say.
            HttpStatusCode.GatewayTimeout => new Unknown(),
            >= HttpStatusCode.InternalServerError => hasBody ? new ProviderDown() : new Unknown(),
            _ when TwilioCodes.Find(problem?.Code) is { } known => known,
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
                new ConfigError($"{(int)response.StatusCode}: check Twilio:AccountSid and the credentials beside it", StopsRoute: true),
            HttpStatusCode.NotFound or (>= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest) =>
                new ConfigError($"{(int)response.StatusCode}: check Twilio:BaseAddress and Twilio:AccountSid", StopsRoute: true),
            < HttpStatusCode.Ambiguous => new Unknown(),
            _ when problem is null => new RouteRefused($"{(int)response.StatusCode} in words that are not the provider's"),
            _ => new Bug(string.Create(CultureInfo.InvariantCulture, $"{(int)response.StatusCode} {problem?.Code}")),
        };
    }

    private HttpRequestMessage Request(OutgoingMessage message)
    {
        var life = message.Life < ShortestLife ? ShortestLife : message.Life > LongestLife ? LongestLife : message.Life;
        var parameters = new Dictionary<string, string>
        {
            ["To"] = message.To.E164,
            ["From"] = Sender(options.Value.SenderFor(message.To.Country)),
            ["Body"] = message.Text,
            ["ValidityPeriod"] = ((int)life.TotalSeconds).ToString(CultureInfo.InvariantCulture),
        };
        if (HasReceipts)
        {
            parameters["StatusCallback"] = $"{receipts.Of(RouteName)}?{ReferenceParameter}={message.Reference}";
        }

        var settings = account.Value;
        var credentials = settings.ApiKeySid is { Length: > 0 } key
            ? $"{key}:{settings.ApiKeySecret}"
            : $"{settings.AccountSid}:{settings.AuthToken}";
        return new HttpRequestMessage(HttpMethod.Post, $"2010-04-01/Accounts/{settings.AccountSid}/Messages.json")
        {
            Content = new FormUrlEncodedContent(parameters),
            Headers =
                { Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))) },
        };
    }

    /// <summary>Numbers have a plus here, short codes and names do not.</summary>
    private static string Sender(string sender) =>
        sender.Length > LongestShortCode && sender.All(char.IsAsciiDigit) ? "+" + sender : sender;

    [LoggerMessage(EventId = 2113, Level = LogLevel.Warning, Message = "Twilio refused text {Reference}: HTTP {Http}, code {Code}")]
    private static partial void Refused(ILogger log, string reference, int http, int? code);
}
