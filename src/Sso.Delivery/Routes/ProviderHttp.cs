using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using static Sso.Delivery.Routes.DeliveryOutcome;

namespace Sso.Delivery.Routes;

/// <summary>One request to a provider: what a failure on the wire says about the message, and answers read up to a limit.</summary>
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
            return new ProviderDown { Cause = exception };
        }
        // The handler's connect timeout has passed and nothing was sent.
        catch (OperationCanceledException exception)
            when (exception.InnerException is TimeoutException && !cancellation.IsCancellationRequested)
        {
            return new ProviderDown { Cause = exception };
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return new Unknown { Cause = exception };
        }
    }

    /// <summary>The body as that type; null if it is something else.</summary>
    public static async Task<(T? Value, bool HasBody)> ReadAsync<T>(
        HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class
    {
        var body = await ReadAsync(response, cancellation);
        return (Parse(body, type), body.Length > 0);
    }

    /// <summary>
    /// An answer whose status says that they accepted it. It is theirs if it is JSON that can be understood, or the beginning of that: an
    /// answer that breaks off or drips does not undo an acceptance. Anything else with that status (the page of a proxy, a portal that
    /// wants a visitor to sign in) came from somebody else, and nobody knows what became of the message.
    /// </summary>
    /// <param name="response">Its status and headers have been read.</param>
    /// <param name="type">The type of their answer.</param>
    /// <param name="understand">Returns null if something is missing that their answer always holds.</param>
    /// <param name="parts">Of the message.</param>
    /// <param name="cancellation">Ends the wait for the body.</param>
    public static async Task<DeliveryOutcome> AcceptedAsync<T>(
        HttpResponseMessage response, JsonTypeInfo<T> type, Func<T, DeliveryOutcome?> understand, int parts, CancellationToken cancellation)
        where T : class
    {
        if (response.Content.Headers.ContentType?.MediaType is not { } media || !media.EndsWith("json", StringComparison.OrdinalIgnoreCase))
        {
            return new Unknown();
        }

        try
        {
            var body = await ReadAsync(response, cancellation);
            return Parse(body, type) is { } value ? understand(value) ?? new Unknown()
                : BreaksOff(body) ? new Accepted(null, parts)
                : new Unknown();
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            return new Accepted(null, parts) { Cause = exception };
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

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var buffer = ArrayPool<byte>.Shared.Rent(LongestBody);
        try
        {
            var length = await stream.ReadAtLeastAsync(
                buffer.AsMemory(0, LongestBody), LongestBody, throwOnEndOfStream: false, cancellation);
            return buffer[..length];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The beginning of an object, with nothing in it that JSON does not allow.</summary>
    private static bool BreaksOff(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, isFinalBlock: false, state: default);
        try
        {
            var isObject = reader.Read() && reader.TokenType == JsonTokenType.StartObject;
            while (reader.Read())
            {
            }

            return isObject;
        }
        catch (JsonException)
        {
            return false;
        }
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

    /// <summary>Documented without a unit and with a 13-digit example: seconds below 10^11, otherwise milliseconds.</summary>
    private static DateTimeOffset ResetAt(long value)
    {
        var milliseconds = value < 100_000_000_000 ? value * 1000 : value;
        return DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(milliseconds, 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
    }
}
