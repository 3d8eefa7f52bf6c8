using System.Text.Json;

namespace Sso.Protocol.Authorization;

/// <summary>A kind of authorization that applications may ask for in detail (RFC 9396 §2), as an operator described it.</summary>
/// <param name="English">What people read at consent, after "It wants to".</param>
/// <param name="Italian">The same in Italian.</param>
/// <param name="Fields">The members that an object may have besides type, locations and actions.</param>
/// <param name="Actions">The values of <c>actions</c>; empty if there may be none.</param>
/// <param name="Locations">The values of <c>locations</c>; likewise.</param>
public sealed record AuthorizationDetailType(
    string Type, string English, string Italian, FrozenDictionary<string, DetailField> Fields,
    FrozenSet<string> Actions, FrozenSet<string> Locations);

/// <summary>What a member must be. If it is an object, its own members are the API's business.</summary>
public sealed record DetailField(JsonValueKind Kind, bool IsRequired)
{
    /// <summary>Such as <c>string</c>, or <c>object!</c> for one that is required; null for anything else.</summary>
    public static DetailField? Parse(string value) => value.TrimEnd('!') switch
    {
        "string" => new(JsonValueKind.String, value.EndsWith('!')),
        "number" => new(JsonValueKind.Number, value.EndsWith('!')),
        "boolean" => new(JsonValueKind.True, value.EndsWith('!')),
        "object" => new(JsonValueKind.Object, value.EndsWith('!')),
        "array" => new(JsonValueKind.Array, value.EndsWith('!')),
        _ => null,
    };

    public bool Fits(JsonValueKind kind) => kind == Kind || (Kind == JsonValueKind.True && kind == JsonValueKind.False);
}
