using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Sso.Server.Http;

namespace Sso.Server.Api;

/// <summary>What a route of the API answers when nothing is wrong.</summary>
/// <param name="Status">Of 2xx.</param>
/// <param name="Json">Null for nothing.</param>
internal sealed record ApiAnswer(int Status, byte[]? Json) : IResult
{
    /// <summary>The version of what is answered, without quotes (RFC 9110 §8.8.3).</summary>
    public string? Tag { get; init; }

    /// <summary>
    /// False where the tag is of what is decided and more is told beside it, which changes by itself: whoever has the version still reads.
    /// </summary>
    public bool IsTagOfAll { get; init; } = true;

    /// <summary>The address of what was made.</summary>
    public string? Location { get; init; }

    public static ApiAnswer Nothing { get; } = new(StatusCodes.Status204NoContent, null);

    public static ApiAnswer Of<T>(T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK) =>
        new(status, JsonSerializer.SerializeToUtf8Bytes(value, type));

    public static ApiAnswer Of(JsonObject value, int status = StatusCodes.Status200OK) =>
        new(status, PlainJson.Of(json => value.WriteTo(json)));

    /// <summary>A version made of what is told.</summary>
    public static string TagOf(ReadOnlySpan<byte> json) => Base64Url.EncodeToString(SHA256.HashData(json).AsSpan(0, 16));

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var (request, response) = (httpContext.Request, httpContext.Response);
        response.StatusCode = Status;
        response.Headers.CacheControl = "no-store";
        if (Tag is not null)
        {
            response.Headers.ETag = $"\"{Tag}\"";
        }

        if (Location is not null)
        {
            response.Headers.Location = Location;
        }

        if (Tag is not null && IsTagOfAll && HttpMethods.IsGet(request.Method) && SeenTags.Knows(httpContext, Tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        if (Json is null)
        {
            return Task.CompletedTask;
        }

        response.ContentType = ApiError.IsScim(request.Path) ? ApiError.ScimMediaType : "application/json";
        response.ContentLength = Json.Length;
        return response.Body.WriteAsync(Json, httpContext.RequestAborted).AsTask();
    }

    public override string ToString() => $"answer {Status}";
}
