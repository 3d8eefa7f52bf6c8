using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sso.Delivery.Routes;
using static Sso.Delivery.Routes.DeliveryOutcome;

namespace Sso.Delivery.Vonage;

/// <summary>The Messages API v1 of Vonage (messaging.md 4).</summary>
public sealed partial class VonageMessages(
    HttpClient http, VonageToken token, IOptions<DeliveryOptions> options, TimeProvider clock, ILogger<VonageMessages> log) : IMessageRoute
{
    public const string RouteName = "vonage-messages";

    private const int LongestBody = 16 * 1024;
    private static readonly TimeSpan ShortestLife = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestLife = TimeSpan.FromSeconds(604_800);

    public string Name => RouteName;

    public async Task<DeliveryOutcome> SendAsync(OutgoingMessage message, CancellationToken cancellation)
    {
        using var request = Request(message);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return response.StatusCode is HttpStatusCode.Accepted or HttpStatusCode.OK
                ? new Accepted(await ReadIdAsync(response, cancellation), Gsm7.Parts(message.Text))
                : await RefusedAsync(message, response, cancellation);
        }
        catch (HttpRequestException exception) when (NeverLeft(exception))
        {
            return new ProviderDown();
        }
        // The handler's connect timeout has passed and nothing was sent.
        catch (OperationCanceledException exception) when (exception.InnerException is TimeoutException && !cancellation.IsCancellationRequested)
        {
            return new ProviderDown();
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return new Unknown();
        }
    }

    private static bool NeverLeft(HttpRequestException exception) => exception.HttpRequestError is
        HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;

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

    /// <summary>The status has said that they took it; a body that breaks off or drips changes nothing.</summary>
    private static async Task<string?> ReadIdAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            var (acceptance, _) = await ReadAsync(response, VonageJson.Default.VonageAcceptance, cancellation);
            return acceptance?.MessageUuid is { Length: <= 100 } id ? id : null;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            return null;
        }
    }

    private async Task<DeliveryOutcome> RefusedAsync(OutgoingMessage message, HttpResponseMessage response, CancellationToken cancellation)
    {
        var (problem, hasBody) = await ReadAsync(response, VonageJson.Default.VonageProblem, cancellation);
        var request = response.Headers.TryGetValues("X-Request-Id", out var ids) ? ids.First() : null;
        Refused(log, message.Reference, (int)response.StatusCode, problem?.Code, Trace(request), Trace(problem?.Instance));
        return VonageAnswer.Refused(response, problem, hasBody, clock.GetUtcNow());
    }

    private static async Task<(T? Value, bool HasBody)> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var buffer = ArrayPool<byte>.Shared.Rent(LongestBody);
        try
        {
            var length = await stream.ReadAtLeastAsync(buffer.AsMemory(0, LongestBody), LongestBody, throwOnEndOfStream: false, cancellation);
            return (Parse(buffer.AsSpan(0, length), type), length > 0);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static T? Parse<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What support asks for, cut to what can be an id.</summary>
    private static string? Trace(string? value) =>
        value is null ? null : new string([.. value.Where(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_').Take(64)]);

    [LoggerMessage(
        EventId = 2111, Level = LogLevel.Warning, Message = "Vonage refused text {Reference}: {Status} {Code}, request {Request}, instance {Instance}")]
    private static partial void Refused(ILogger log, string reference, int status, int? code, string? request, string? instance);
}
