using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Sso.Server.Http;

namespace Sso.Server.Api;

/// <summary>The body of a request to the API: one JSON object, in which nothing stands that is not known.</summary>
internal static class ApiBody
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    private static readonly object Key = new();

    /// <summary>The bytes, which are read once, up to what the route takes.</summary>
    public static async Task<byte[]> BytesAsync(HttpContext http)
    {
        if (http.Items[Key] is byte[] read)
        {
            return read;
        }

        var longest = http.GetEndpoint()!.Metadata.GetRequiredMetadata<ApiOperation>().LongestBody;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = longest;
        }

        using var body = new MemoryStream();
        var buffer = new byte[8 * 1024];
        for (int count; (count = await http.Request.Body.ReadAsync(buffer, http.RequestAborted)) > 0;)
        {
            if (body.Length + count > longest)
            {
                throw new BadHttpRequestException("The body is too long.", StatusCodes.Status413PayloadTooLarge);
            }

            body.Write(buffer, 0, count);
        }

        var bytes = body.ToArray();
        http.Items[Key] = bytes;
        return bytes;
    }

    /// <param name="http">The request.</param>
    /// <param name="types">The media types that may be declared.</param>
    public static async Task<Result<JsonObject, ApiError>> ReadAsync(HttpContext http, params string[] types)
    {
        if (!IsDeclared(http.Request.ContentType, types))
        {
            return new ApiError(StatusCodes.Status415UnsupportedMediaType, $"Send the body as {string.Join(" or ", types)}, in UTF-8.");
        }

        try
        {
            using var document = JsonDocument.Parse(await BytesAsync(http), Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object && IsSound(document.RootElement)
                ? JsonObject.Create(document.RootElement.Clone())!
                : Unreadable;
        }
        // The second for half a character.
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return Unreadable;
        }
    }

    /// <summary>A record of what stands in the object; an unknown member, a missing one or one of another kind is named.</summary>
    public static Result<T, ApiError> As<T>(this JsonObject json, JsonTypeInfo<T> type)
        where T : class
    {
        var known = type.Properties.ToDictionary(property => property.Name, StringComparer.Ordinal);
        ImmutableArray<FieldError> flaws =
        [
            .. json.Where(member => !known.ContainsKey(member.Key)).Select(member => Unknown(member.Key)),
            .. known.Values.Where(property => property.IsRequired && json[property.Name] is null)
                .Select(property => new FieldError(property.Name, "It is missing.", "Every request of this kind has it.")),
        ];
        if (!flaws.IsEmpty)
        {
            return Invalid(flaws);
        }

        try
        {
            return json.Deserialize(type)!;
        }
        catch (JsonException exception)
        {
            return Invalid([new(FieldOf(exception.Path), "It is of another kind.", "The description of the API says what it takes.")]);
        }
    }

    public static FieldError Unknown(string field) =>
        new(field, "It cannot be set here.", "Leave it out; the description of the API lists what can be set.");

    public static ApiError Invalid(ImmutableArray<FieldError> fields) => new(
        StatusCodes.Status400BadRequest, string.Join(' ', fields.Select(field => $"{field.Field}: {field.Detail}")))
    {
        Fields = fields,
        ScimType = "invalidValue",
    };

    private static ApiError Unreadable { get; } =
        new(StatusCodes.Status400BadRequest, "The body is not one JSON object in UTF-8 in which no member occurs twice.")
        {
            ScimType = "invalidSyntax",
        };

    private static string FieldOf(string? path) => path is ['$', '.', .. var name] ? name.Split('.', '[')[0] : "body";

    private static bool IsDeclared(string? declared, string[] types) =>
        MediaTypeHeaderValue.TryParse(declared, out var type)
        && types.Any(expected => type.MediaType.Equals(expected, StringComparison.OrdinalIgnoreCase))
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    /// <summary>What no database holds is nobody's intention; nor is nothing in a list.</summary>
    private static bool IsSound(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().All(member => IsText(member.Name) && IsSound(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().All(item => item.ValueKind != JsonValueKind.Null && IsSound(item)),
        JsonValueKind.String => IsText(element.GetString()!),
        _ => true,
    };

    /// <summary>True for text that every database holds.</summary>
    public static bool IsText(string text) =>
        !text.Contains('\0', StringComparison.Ordinal) && !text.EnumerateRunes().Contains(Rune.ReplacementChar);
}
