using System.Collections.Frozen;
using Sso.Extensions.RichRequests;
using Sso.Protocol.Authorization;
using Sso.Server.Operations;

namespace Sso.Server.Authorization;

/// <summary>The types of <c>authorization_details</c> of this installation (RFC 9396 §2): section <c>AuthorizationTypes</c> of the configuration.</summary>
internal static class AuthorizationTypeSettings
{
    /// <summary>The types, or what is wrong with the settings as a sentence that names the setting.</summary>
    public static (AuthorizationTypes? Types, string? Problem) Read(IConfiguration configuration)
    {
        var options = configuration.ReadSettings<List<AuthorizationTypeOptions>>("AuthorizationTypes");
        var problem = options.Select((type, index) => Flaw($"AuthorizationTypes:{index}", type)).OfType<string>().FirstOrDefault()
            ?? (options.GroupBy(type => type.Type).FirstOrDefault(group => group.Count() > 1) is { } twice
                ? $"AuthorizationTypes names \"{twice.Key}\" twice."
                : null);
        return problem is null
            ? (new(options.Select(ToType)), null)
            : (null, problem);
    }

    private static AuthorizationDetailType ToType(AuthorizationTypeOptions options) => new(
        options.Type,
        options.English,
        options.Italian,
        options.Fields.ToFrozenDictionary(field => field.Key, field => DetailField.Parse(field.Value)!, StringComparer.Ordinal),
        [.. options.Actions],
        [.. options.Locations]);

    private static string? Flaw(string setting, AuthorizationTypeOptions type) => type switch
    {
        _ when type.Type.Length is 0 or > 200 || type.Type.Any(character => character is <= ' ' or > '~' or '"' or '\\') =>
            $"{setting}:Type must have 1 to 200 printable characters without spaces, quotes and backslash.",
        _ when type.English.Trim().Length == 0 || type.Italian.Trim().Length == 0 =>
            $"{setting} needs English and Italian: what people read at consent, such as \"make a payment\" and \"fare un pagamento\".",
        _ when type.Fields.FirstOrDefault(field => DetailField.Parse(field.Value) is null) is { Key: { } field } =>
            $"{setting}:Fields:{field} must be string, number, boolean, object or array, with ! behind it where it is required.",
        _ when type.Fields.Keys.FirstOrDefault(field => field is "type" or "actions" or "locations") is { } reserved =>
            $"{setting}:Fields must not hold {reserved}: it has a meaning of its own.",
        _ => null,
    };
}

/// <summary>One type, as an operator writes it.</summary>
public sealed record AuthorizationTypeOptions
{
    public string Type { get; init; } = "";

    /// <summary>What people read after "It wants to".</summary>
    public string English { get; init; } = "";

    public string Italian { get; init; } = "";

    /// <summary>Name to string, number, boolean, object or array; with ! where it is required.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<string> Actions { get; init; } = [];

    public IReadOnlyList<string> Locations { get; init; } = [];
}
