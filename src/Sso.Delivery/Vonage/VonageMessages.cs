using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sso.Delivery.Receipts;
using Sso.Delivery.Routes;
using static Sso.Delivery.Routes.DeliveryOutcome;

namespace Sso.Delivery.Vonage;

/// <summary>Vonage's Messages API v1.</summary>
public sealed partial class VonageMessages(
    HttpClient http,
    VonageToken token,
    IOptions<VonageOptions> account,
    IOptions<DeliveryOptions> options,
    ReceiptAddresses receipts,
    TimeProvider clock,
    ILogger<VonageMessages> log) : IMessageRoute
{
    public const string RouteName = "vonage-messages";

    private static readonly TimeSpan ShortestLife = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestLife = TimeSpan.FromSeconds(604_800);

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
        if (response.StatusCode is HttpStatusCode.Accepted or HttpStatusCode.OK)
        {
            var parts = Gsm7.Parts(message.Text);
            return await ProviderHttp.AcceptedAsync(
                response, VonageJson.Default.VonageAcceptance,
                answer => answer.MessageUuid is { } id ? new Accepted(ProviderHttp.Id(id), parts) : null, parts, cancellation);
        }

        var (problem, hasBody) = await ProviderHttp.ReadAsync(response, VonageJson.Default.VonageProblem, cancellation);
        var request = response.Headers.TryGetValues("X-Request-Id", out var ids) ? ids.First() : null;
        Refused(log, message.Reference, (int)response.StatusCode, problem?.Code, Trace(request), Trace(problem?.Instance));
        return VonageAnswer.Refused(response, problem, hasBody, clock.GetUtcNow());
    }

    private HttpRequestMessage Request(OutgoingMessage message)
    {
        var life = message.Life < ShortestLife ? ShortestLife : message.Life > LongestLife ? LongestLife : message.Life;
        var body = new VonageText
        {
            To = message.To.ForVonage,
            From = options.Value.SenderFor(message.To.Country),
            Text = message.Text,
            ClientRef = message.Reference,
            Ttl = (int)life.TotalSeconds,
            WebhookUrl = HasReceipts ? receipts.Of(RouteName) : null,
        };
        var bytes = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, VonageJson.Default.VonageText));
        bytes.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return new HttpRequestMessage(HttpMethod.Post, "v1/messages")
        {
            Content = bytes,
            Headers =
            {
                Authorization = new AuthenticationHeaderValue("Bearer", token.Write()),
                Accept = { new MediaTypeWithQualityHeaderValue("application/json") },
            },
        };
    }

    /// <summary>What support asks for, cut to characters that an id can have.</summary>
    private static string? Trace(string? value) =>
        value is null
            ? null
            : new string([.. value.Where(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_').Take(64)]);

    [LoggerMessage(
        EventId = 2111, Level = LogLevel.Warning,
        Message = "Vonage refused text {Reference}: {Status} {Code}, request {Request}, instance {Instance}")]
    private static partial void Refused(ILogger log, string reference, int status, int? code, string? request, string? instance);
}
