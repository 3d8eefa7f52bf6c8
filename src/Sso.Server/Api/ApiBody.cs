using System.Collections.Immutable;
using System.Globalization;
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
    private static readonly JsonDocumentOptions Shallow = new() { MaxDepth = 16 };

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
            using var document = JsonDocument.Parse(await BytesAsync(http), Shallow);
            return document.RootElement.ValueKind != JsonValueKind.Object ? Unreadable("It is JSON, but no object.")
                : FlawOf(document.RootElement, "$") is { } flaw ? Unreadable(flaw)
                : JsonObject.Create(document.RootElement.Clone())!;
        }
        catch (JsonException exception)
        {
            return Unreadable(string.Create(
                CultureInfo.InvariantCulture,
                $"It is no JSON from line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1} on."));
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

    /// <param name="where">Without any value: it may be a secret.</param>
    private static ApiError Unreadable(string where) =>
        new(StatusCodes.Status400BadRequest, $"The body is not one JSON object in UTF-8 in which no member occurs twice. {where}")
        {
            ScimType = "invalidSyntax",
        };

    private static string FieldOf(string? path) => path is ['$', '.', .. var name] ? name.Split('.', '[')[0] : "body";

    private static bool IsDeclared(string? declared, string[] types) =>
        MediaTypeHeaderValue.TryParse(declared, out var type)
        && types.Any(expected => type.MediaType.Equals(expected, StringComparison.OrdinalIgnoreCase))
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    /// <summary>What no database holds is nobody's intention; nor is nothing in a list, or a member that is there twice.</summary>
    private static string? FlawOf(JsonElement element, string path) => element.ValueKind switch
    {
        JsonValueKind.Object => FlawOfMembers(element, path),
        JsonValueKind.Array => element.EnumerateArray().Select((item, index) => item.ValueKind == JsonValueKind.Null
            ? $"{path}[{index}] is null."
            : FlawOf(item, $"{path}[{index}]")).FirstOrDefault(flaw => flaw is not null),
        JsonValueKind.String => Whole(element.GetString) is null ? $"{path} holds a NUL, or no whole characters." : null,
        _ => null,
    };

    private static string? FlawOfMembers(JsonElement element, string path)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            if (Whole(() => member.Name) is not { } name)
            {
                return $"{path} has a name with a NUL, or without whole characters.";
            }

            var at = $"{path}.{RefusedValue.Printable(name)}";
            if (!names.Add(name))
            {
                return $"{at} is there twice.";
            }

            if (FlawOf(member.Value, at) is { } flaw)
            {
                return flaw;
            }
        }

        return null;
    }

    /// <summary>Null for what no database holds.</summary>
    private static string? Whole(Func<string?> read)
    {
        try
        {
            return read() is { } text && IsText(text) ? text : null;
        }
        // Half a character.
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>True for text that every database holds.</summary>
    public static bool IsText(string text) =>
        !text.Contains('\0', StringComparison.Ordinal) && !text.EnumerateRunes().Contains(Rune.ReplacementChar);
}
