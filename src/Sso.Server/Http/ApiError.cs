using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Sso.Server.Http;

/// <summary>What is wrong with one field of a request.</summary>
/// <param name="Field">As the request names it.</param>
/// <param name="Detail">What is wrong.</param>
/// <param name="Remedy">How to correct it.</param>
internal sealed record FieldError(string Field, string Detail, string Remedy)
{
    /// <summary>Of a body of many lines, the one that is meant, from 1.</summary>
    public int? Line { get; init; }
}

/// <summary>An error of our own API: problem details (RFC 9457), and below /scim an error of SCIM (RFC 7644 §3.12).</summary>
internal sealed record ApiError(int Status, string Detail) : IResult
{
    public const string AdminRoot = "/api";
    public const string ScimRoot = "/scim";
    public const string ScimSchema = "urn:ietf:params:scim:api:messages:2.0:Error";
    public const string ScimMediaType = "application/scim+json";

    public ImmutableArray<FieldError> Fields { get; init; } = [];

    /// <summary>What kind of mistake it is, in the words of RFC 7644 §3.12.</summary>
    public string? ScimType { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>RFC 6750 §3, RFC 9449 §7.1.</summary>
    public ImmutableArray<string> Challenges { get; init; } = [];

    public static bool IsAnsweredAt(PathString path) => path.StartsWithSegments(AdminRoot) || IsScim(path);

    public static bool IsScim(PathString path) => path.StartsWithSegments(ScimRoot);

    public static ApiError Of(OAuthError error) => new(error.StatusAtResource, error.Description) { RetryAfter = error.RetryAfter };

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, isScim) = (httpContext.Response, IsScim(httpContext.Request.Path));
        response.StatusCode = Status;
        response.Headers.CacheControl = "no-store";
        if (!Challenges.IsEmpty)
        {
            response.Headers.WWWAuthenticate = Challenges.ToArray();
        }

        if ((RetryAfter ?? (Status == StatusCodes.Status503ServiceUnavailable ? Http.RetryAfter.Pause : null)) is { } wait)
        {
            response.SayRetryAfter(wait);
        }

        var json = PlainJson.Of(isScim ? WriteScim : WriteProblem);
        response.ContentType = isScim ? ScimMediaType : "application/problem+json";
        response.ContentLength = json.Length;
        return response.Body.WriteAsync(json, httpContext.RequestAborted).AsTask();
    }

    private void WriteProblem(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("title", ReasonPhrases.GetReasonPhrase(Status));
        json.WriteNumber("status", Status);
        json.WriteString("detail", Detail);
        if (!Fields.IsEmpty)
        {
            json.WriteStartArray("errors");
            foreach (var field in Fields)
            {
                json.WriteStartObject();
                if (field.Line is { } line)
                {
                    json.WriteNumber("line", line);
                }

                json.WriteString("field", field.Field);
                json.WriteString("detail", field.Detail);
                json.WriteString("remedy", field.Remedy);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private void WriteScim(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartArray("schemas");
        json.WriteStringValue(ScimSchema);
        json.WriteEndArray();
        json.WriteString("status", Status.ToString(CultureInfo.InvariantCulture));
        if (ScimType is not null)
        {
            json.WriteString("scimType", ScimType);
        }

        json.WriteString("detail", Detail);
        json.WriteEndObject();
    }
}
