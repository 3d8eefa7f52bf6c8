using System.Text.Json;

namespace Sso.Protocol.Authorization;

/// <summary>The <c>authorization_details</c> (RFC 9396 §2), each object checked against the type that an operator described.</summary>
public sealed record AuthorizationDetails
{
    public const int Most = 10;

    private static readonly JsonDocumentOptions Shallow = new() { MaxDepth = 8 };

    private AuthorizationDetails(string json, ImmutableArray<Detail> objects) => (Json, Objects) = (json, objects);

    /// <summary>The array in compact form, as grant and tokens carry it.</summary>
    public string Json { get; }

    public ImmutableArray<Detail> Objects { get; }

    /// <summary>Null if nothing was asked for.</summary>
    /// <param name="client">The client whose registration names the types that it may ask for.</param>
    /// <param name="findType">The description of a type; null if there is none.</param>
    public static OAuthError? Read(
        string? value, Client client, Func<string, AuthorizationDetailType?> findType, out AuthorizationDetails? details)
    {
        details = null;
        if (value is null)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(value, Shallow);
            if (document.RootElement is not { ValueKind: JsonValueKind.Array } array || array.GetArrayLength() is 0 or > Most)
            {
                return OAuthError.InvalidAuthorizationDetails($"The authorization_details must be a JSON array of 1 to {Most} objects.");
            }

            var objects = ImmutableArray.CreateBuilder<Detail>();
            foreach (var element in array.EnumerateArray())
            {
                if (Flaw(element, client, findType, out var type) is { } flaw)
                {
                    return OAuthError.InvalidAuthorizationDetails(flaw);
                }

                objects.Add(new(type!, [.. element.EnumerateObject().Where(member => member.Name != "type").Select(InWords)]));
            }

            details = new(JsonSerializer.Serialize(array, DetailsJson.Default.JsonElement), objects.ToImmutable());
            return null;
        }
        catch (JsonException)
        {
            return OAuthError.InvalidAuthorizationDetails("The authorization_details are not JSON.");
        }
    }

    private static string? Flaw(
        JsonElement element, Client client, Func<string, AuthorizationDetailType?> findType, out AuthorizationDetailType? type)
    {
        type = null;
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty("type", out var name)
            || name.ValueKind != JsonValueKind.String)
        {
            return "Each of the authorization_details must be an object with a type.";
        }

        // RFC 9396 §5: unknown, and known but not for this client, are one error.
        if (!client.AuthorizationDetailTypes.Contains(name.GetString()!) || findType(name.GetString()!) is not { } known)
        {
            return "A type of the authorization_details does not exist or is not registered for this client.";
        }

        type = known;
        var members = element.EnumerateObject().Select(member => member.Name).ToList();
        return members.Distinct(StringComparer.Ordinal).Count() != members.Count
            ? "A member of the authorization_details stands twice."
            : element.EnumerateObject().Select(member => MemberFlaw(known, member)).OfType<string>().FirstOrDefault()
                ?? (known.Fields.Any(field => field.Value.IsRequired && !members.Contains(field.Key))
                    ? "A required member of the authorization_details is missing for its type."
                    : null);
    }

    private static string? MemberFlaw(AuthorizationDetailType type, JsonProperty member) => member.Name switch
    {
        "type" => null,
        "actions" =>
            AreAmong(member.Value, type.Actions) ? null : "The actions of the authorization_details are not all known for their type.",
        "locations" =>
            AreAmong(member.Value, type.Locations) ? null : "The locations of the authorization_details are not all known for their type.",
        _ => type.Fields.TryGetValue(member.Name, out var field) && field.Fits(member.Value.ValueKind)
            ? null
            : "A member of the authorization_details is unknown for its type or of another kind.",
    };

    private static bool AreAmong(JsonElement values, FrozenSet<string> known) =>
        values.ValueKind == JsonValueKind.Array && values.GetArrayLength() > 0
            && values.EnumerateArray().All(value => value.ValueKind == JsonValueKind.String && known.Contains(value.GetString()!));

    /// <summary>For people to read: name and whole value as the application wrote them, since what is not shown is not allowed.</summary>
    private static string InWords(JsonProperty member) => $"{member.Name}: {Plain(member.Value)}";

    private static string Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(Plain)),
        JsonValueKind.Object => string.Join(", ", value.EnumerateObject().Select(member => $"{member.Name} {Plain(member.Value)}")),
        _ => value.GetRawText(),
    };

    /// <summary>One object, for people to read.</summary>
    public sealed record Detail(AuthorizationDetailType Type, ImmutableArray<string> Lines);
}

[System.Text.Json.Serialization.JsonSerializable(typeof(JsonElement))]
internal sealed partial class DetailsJson : System.Text.Json.Serialization.JsonSerializerContext;
