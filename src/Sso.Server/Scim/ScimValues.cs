using System.Text.Json;
using System.Text.Json.Nodes;
using Sso.Server.Http;

namespace Sso.Server.Scim;

/// <summary>Something that may be absent.</summary>
internal sealed record Optional<T>(T Value);

/// <summary>Single values of SCIM, and what is wrong with them.</summary>
internal static class ScimValues
{
    /// <summary>Null if it is no text.</summary>
    public static string? TextOf(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;

    /// <summary>True and false also as texts, as some widespread clients write them.</summary>
    public static Result<Optional<bool?>, ApiError> SwitchOf(JsonNode? node) => node?.GetValueKind() switch
    {
        null => new Optional<bool?>(null),
        JsonValueKind.True => new Optional<bool?>(true),
        JsonValueKind.False => new Optional<bool?>(false),
        JsonValueKind.String when bool.TryParse(node.GetValue<string>(), out var isOn) => new Optional<bool?>(isOn),
        _ => Invalid("active", "It is neither true nor false."),
    };

    /// <summary>The one address: of several the primary one, which must be the only such (RFC 7643 §2.4).</summary>
    public static Result<Optional<string?>, ApiError> AddressOf(JsonNode? node)
    {
        if (node is null or JsonArray { Count: 0 })
        {
            return new Optional<string?>(null);
        }

        if (node is not JsonArray several || !several.All(item => item is JsonObject))
        {
            return Invalid("emails", "It is no list of addresses.");
        }

        var read = several.Select(item => ScimUser.Insensitive(item!.AsObject())).ToList();
        var primary = read.Where(item => item.GetValueOrDefault("primary")?.GetValueKind() == JsonValueKind.True).ToList();
        var meant = primary is [var only] ? only : read is [var single] ? single : null;
        return meant is null ? Invalid("emails", "Of several addresses, exactly one is the primary one.")
            : TextOf(meant.GetValueOrDefault("value")) is { } address ? new Optional<string?>(address)
            : Invalid("emails", "An address has a value.");
    }

    /// <summary>The address in whatever form a patch sends it: by itself, as an object or in a list; null for anything else.</summary>
    public static string? OneAddressOf(JsonNode? node) => node switch
    {
        JsonObject single => TextOf(ScimUser.Insensitive(single).GetValueOrDefault("value")),
        JsonArray several => AddressOf(several).Failed(out _, out var address) ? null : address.Value,
        _ => TextOf(node),
    };

    public static ApiError Invalid(string attribute, string what, string scimType = "invalidValue") =>
        new(StatusCodes.Status400BadRequest, $"{attribute}: {what}") { ScimType = scimType };

    public static ApiError Immutable(string attribute) => Invalid(
        attribute, "It is set when a person is added; from then on only they change it.", "mutability");
}
