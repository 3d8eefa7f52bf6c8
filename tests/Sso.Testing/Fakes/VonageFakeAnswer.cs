using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Sso.Testing.Fakes;

/// <summary>One answer of <see cref="VonageFake"/>.</summary>
public sealed record VonageFakeAnswer
{
    public required int Status { get; init; }

    public string? ContentType { get; init; }

    /// <summary>Null for none; an acceptance without one gets a fresh id.</summary>
    public string? Body { get; init; }

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public bool WaitsAtGate { get; init; }

    /// <summary>The status leaves before the gate, the body after it.</summary>
    public bool SendsHeadersFirst { get; init; }

    /// <summary>Takes the message and hangs up.</summary>
    public bool ClosesConnection { get; init; }

    public bool IsAcceptance => Status == 202;

    public static VonageFakeAnswer Acceptance => new() { Status = 202, ContentType = "application/json" };

    /// <summary>A load balancer's page, not the API's.</summary>
    public static VonageFakeAnswer ServiceUnavailable =>
        new() { Status = 503, ContentType = "text/html", Body = "<html><body>503 Service Unavailable</body></html>" };

    public static VonageFakeAnswer Problem(int status, int code, string title) => new()
    {
        Status = status,
        ContentType = status == 422 ? "application/json" : "application/problem+json",
        Body = """{"type":"https://developer.vonage.com/api-errors/messages"""
            + (code == 0 ? "" : "#" + code.ToString(CultureInfo.InvariantCulture))
            + $$"""
            ","title":"{{title}}",
            "detail":"prose that nobody parses","instance":"bf0ca0bf927b3b52e3cb03217e1a1ddf"}
            """,
    };

    public static VonageFakeAnswer Unprocessable(string field) => new()
    {
        Status = 422,
        ContentType = "application/json",
        Body = $$"""
            {"type":"https://developer.vonage.com/api-errors","title":"The request failed validation","detail":"the value is not valid",
            "instance":"bf0ca0bf927b3b52e3cb03217e1a1ddf","invalid_parameters":[{"name":"{{field}}","reason":"not valid"}]}
            """,
    };

    public static VonageFakeAnswer TooMany(int retryAfter) => Problem(429, 1000, "throttled") with
    {
        Headers = new Dictionary<string, string>
        {
            ["Retry-After"] = retryAfter.ToString(CultureInfo.InvariantCulture),
            ["X-RateLimit-Limit"] = "30",
            ["X-RateLimit-Remaining"] = "0",
            ["X-RateLimit-Reset"] = "1795338900000",
        },
    };

    internal async Task WriteAsync(HttpContext http)
    {
        if (ClosesConnection)
        {
            http.Abort();
            return;
        }

        if (!http.Response.HasStarted)
        {
            http.Response.StatusCode = Status;
            http.Response.ContentType = ContentType;
            foreach (var (name, value) in Headers)
            {
                http.Response.Headers[name] = value;
            }
        }

        var body = Body
            ?? (IsAcceptance ? $$"""{"message_uuid":"{{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}}"}""" : "");
        await http.Response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes(body));
    }
}
