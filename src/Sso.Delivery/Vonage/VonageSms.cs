using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sso.Delivery.Receipts;
using Sso.Delivery.Routes;
using static Sso.Delivery.Routes.DeliveryOutcome;

namespace Sso.Delivery.Vonage;

/// <summary>Vonage's older SMS API: a form, answered with 200 whatever the outcome.</summary>
public sealed partial class VonageSms(
    HttpClient http, IOptions<VonageOptions> account, IOptions<DeliveryOptions> options,
    ReceiptAddresses receipts, TimeProvider clock, ILogger<VonageSms> log)
    : IMessageRoute
{
    public const string RouteName = "vonage-sms";
    public const int LongestCallback = 100;

    private static readonly TimeSpan ShortestLife = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestLife = TimeSpan.FromMilliseconds(604_800_000);

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
        if (response.StatusCode != HttpStatusCode.OK)
        {
            // Not the API's own answer: it says 200 to everything.
            Refused(log, message.Reference, (int)response.StatusCode, status: null);
            return response.StatusCode is >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests
                ? new Unknown()
                : new ConfigError($"{(int)response.StatusCode}: check Vonage:SmsBaseAddress", StopsRoute: true);
        }

        var (answer, _) = await ProviderHttp.ReadAsync(response, VonageSmsJson.Default.VonageSmsAnswer, cancellation);
        var outcome = VonageSmsStatus.OutcomeOf(answer);
        if (outcome is not Accepted)
        {
            Refused(log, message.Reference, (int)response.StatusCode, VonageSmsStatus.FirstFailure(answer));
        }

        return outcome;
    }

    private HttpRequestMessage Request(OutgoingMessage message)
    {
        var life = message.Life < ShortestLife ? ShortestLife : message.Life > LongestLife ? LongestLife : message.Life;
        var parameters = new Dictionary<string, string>
        {
            ["from"] = options.Value.SenderFor(message.To.Country),
            ["to"] = message.To.ForVonage,
            ["text"] = message.Text,
            // A wrong type costs double or loses characters.
            ["type"] = Gsm7.Fits(message.Text) ? "text" : "unicode",
            // Milliseconds here; seconds in the Messages API.
            ["ttl"] = ((long)life.TotalMilliseconds).ToString(CultureInfo.InvariantCulture),
            ["client-ref"] = message.Reference,
            ["status-report-req"] = HasReceipts ? "true" : "false",
        };
        if (HasReceipts)
        {
            parameters["callback"] = receipts.Of(RouteName);
        }

        var request = new HttpRequestMessage(HttpMethod.Post, "sms/json");
        var settings = account.Value;
        if (settings.SignRequests)
        {
            parameters["api_key"] = settings.ApiKey!;
            parameters["timestamp"] = clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            parameters[VonageSignature.Parameter] = VonageSignature.Sign(
                parameters, settings.SignatureSecrets[0], settings.SignatureMethod);
        }
        else
        {
            var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{settings.ApiKey}:{settings.ApiSecret}"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", credentials);
        }

        request.Content = new FormUrlEncodedContent(parameters);
        return request;
    }

    [LoggerMessage(
        EventId = 2112, Level = LogLevel.Warning, Message = "Vonage (SMS API) refused text {Reference}: HTTP {Http}, status {Status}")]
    private static partial void Refused(ILogger log, string reference, int http, int? status);
}
