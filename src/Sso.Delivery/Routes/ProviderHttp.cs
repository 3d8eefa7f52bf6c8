using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using static Sso.Delivery.Routes.DeliveryOutcome;

namespace Sso.Delivery.Routes;

/// <summary>
/// One request to a provider: what a failure on the wire says of the message, and answers read up to a limit (messaging.md 7).
/// </summary>
internal static class ProviderHttp
{
    private const int LongestBody = 16 * 1024;
    private const string Reset = "X-RateLimit-Reset";
    private static readonly TimeSpan WithoutHint = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestHint = TimeSpan.FromHours(1);

    public static async Task<DeliveryOutcome> SendAsync(
        HttpClient http, HttpRequestMessage request,
        Func<HttpResponseMessage, Task<DeliveryOutcome>> understand, CancellationToken cancellation)
    {
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return await understand(response);
        }
        catch (HttpRequestException exception) when (NeverLeft(exception))
        {
            return new ProviderDown();
        }
        // The handler's connect timeout has passed and nothing was sent.
        catch (OperationCanceledException exception)
            when (exception.InnerException is TimeoutException && !cancellation.IsCancellationRequested)
        {
            return new ProviderDown();
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return new Unknown();
        }
    }

    /// <summary>The body as that type; null where it is something else.</summary>
    public static async Task<(T? Value, bool HasBody)> ReadAsync<T>(
        HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var buffer = ArrayPool<byte>.Shared.Rent(LongestBody);
        try
        {
            var length = await stream.ReadAtLeastAsync(
                buffer.AsMemory(0, LongestBody), LongestBody, throwOnEndOfStream: false, cancellation);
            return (Parse(buffer.AsSpan(0, length), type), length > 0);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// The body of an acceptance: the status has said that they took it, so one that breaks off or drips changes nothing.
    /// </summary>
    public static async Task<T?> ReadAcceptanceAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class
    {
        try
        {
            return (await ReadAsync(response, type, cancellation)).Value;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            return null;
        }
    }

    public static string? Id(string? value) => value is { Length: <= 100 } ? value : null;

    /// <summary>How long a throttled message has to wait.</summary>
    public static TimeSpan Wait(HttpResponseMessage response, DateTimeOffset now)
    {
        var hint = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - now,
            _ when response.Headers.TryGetValues(Reset, out var values)
                && long.TryParse(values.First(), CultureInfo.InvariantCulture, out var reset) =>
                ResetAt(reset) - now,
            _ => WithoutHint,
        };
        return hint < TimeSpan.Zero ? TimeSpan.Zero : hint > LongestHint ? LongestHint : hint;
    }

    private static bool NeverLeft(HttpRequestException exception) => exception.HttpRequestError is
        HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
        or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;

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

    /// <summary>Documented without a unit and with a 13-digit example: seconds below 10^11, else milliseconds.</summary>
    private static DateTimeOffset ResetAt(long value)
    {
        var milliseconds = value < 100_000_000_000 ? value * 1000 : value;
        return DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(milliseconds, 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
    }
}
