using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Sso.Accounts.People;
using Sso.Server.Http;

namespace Sso.Server.Scim;

/// <summary>The operations of RFC 7644 §3.5.2 on a user: add, replace and remove, one after the other, all or none.</summary>
internal static class ScimPatch
{
    private const string Schema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
    private const int MostOperations = 50;

    /// <summary>What can be set, by its path; add and replace are the same where there is one value.</summary>
    private static readonly FrozenDictionary<string, Func<PersonDescription, string?, PersonDescription>> Texts =
        new Dictionary<string, Func<PersonDescription, string?, PersonDescription>>
        {
            ["name.formatted"] = (person, value) => person with { Name = value },
            ["name.givenName"] = (person, value) => person with { GivenName = value },
            ["name.familyName"] = (person, value) => person with { FamilyName = value },
            ["nickName"] = (person, value) => person with { Nickname = value },
            ["locale"] = (person, value) => person with { Locale = value },
            ["timezone"] = (person, value) => person with { ZoneInfo = value },
        }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static Result<ScimWish, ApiError> Apply(JsonObject body, PersonProfile person)
    {
        var members = ScimUser.Insensitive(body);
        if (members.GetValueOrDefault("schemas") is not JsonArray schemas || !schemas.Any(schema => ScimValues.TextOf(schema) == Schema)
            || members.GetValueOrDefault("Operations") is not JsonArray { Count: > 0 and <= MostOperations } operations)
        {
            return ScimValues.Invalid(
                "Operations", $"A patch names its schema and has 1 to {MostOperations} operations.", "invalidSyntax");
        }

        var wish = new ScimWish(PersonDescription.Of(person), Active: null);
        foreach (var operation in operations)
        {
            if (operation is not JsonObject single)
            {
                return ScimValues.Invalid("Operations", "An operation is an object.", "invalidSyntax");
            }

            if (ApplyOne(ScimUser.Insensitive(single), person, wish).Failed(out var error, out var changed))
            {
                return error;
            }

            wish = changed;
        }

        return wish with { Description = wish.Description.Following(person) };
    }

    private static Result<ScimWish, ApiError> ApplyOne(Dictionary<string, JsonNode?> operation, PersonProfile person, ScimWish wish)
    {
        var (path, value) = (operation.GetValueOrDefault("path"), operation.GetValueOrDefault("value"));
        return ScimValues.TextOf(operation.GetValueOrDefault("op"))?.ToLowerInvariant() switch
        {
            "remove" when ScimValues.TextOf(path) is { Length: > 0 } named => Set(PathOf(named), null, person, wish),
            "remove" => ScimValues.Invalid("path", "Removing needs to name what.", "noTarget"),
            "add" or "replace" when path is null => SetAll("", value, person, wish),
            "add" or "replace" when ScimValues.TextOf(path) is { Length: > 0 } named => SetAny(PathOf(named), value, person, wish),
            "add" or "replace" => ScimValues.Invalid("path", "It is no path.", "invalidPath"),
            _ => ScimValues.Invalid("op", "An operation adds, replaces or removes.", "invalidSyntax"),
        };
    }

    /// <summary>RFC 7644 §3.10: an attribute may be written with the name of its schema.</summary>
    private static string PathOf(string path) =>
        path.StartsWith(ScimUser.Schema + ":", StringComparison.OrdinalIgnoreCase) ? path[(ScimUser.Schema.Length + 1)..] : path;

    /// <summary>Each member of an object, as if it were named by itself.</summary>
    private static Result<ScimWish, ApiError> SetAll(string prefix, JsonNode? value, PersonProfile person, ScimWish wish)
    {
        if (value is not JsonObject members)
        {
            return ScimValues.Invalid("value", "It is no object of attributes.");
        }

        foreach (var (name, member) in members)
        {
            if (SetAny(prefix.Length == 0 ? PathOf(name) : prefix + name, member, person, wish).Failed(out var error, out var changed))
            {
                return error;
            }

            wish = changed;
        }

        return wish;
    }

    private static Result<ScimWish, ApiError> SetAny(string path, JsonNode? value, PersonProfile person, ScimWish wish) =>
        path.Equals("name", StringComparison.OrdinalIgnoreCase) ? SetAll("name.", value, person, wish) : Set(path, value, person, wish);

    private static Result<ScimWish, ApiError> Set(string path, JsonNode? value, PersonProfile person, ScimWish wish)
    {
        if (Texts.TryGetValue(path, out var set))
        {
            return value is not null && ScimValues.TextOf(value) is null
                ? ScimValues.Invalid(path, "It is no text.")
                : wish with { Description = set(wish.Description, ScimValues.TextOf(value)) };
        }

        return path.ToLowerInvariant() switch
        {
            // Removed with all its parts.
            "name" => wish with { Description = wish.Description with { Name = null, GivenName = null, FamilyName = null } },
            "active" when value is not null =>
                ScimValues.SwitchOf(value).Failed(out var error, out var isOn) ? error : wish with { Active = isOn.Value },
            "username" when value is not null && ScimWish.IsSame(ScimValues.TextOf(value), person.UserName) => wish,
            "emails" when ScimValues.AddressOf(value).Value is { Value: { } address } && ScimWish.IsSame(address, person.Email) => wish,
            // The one address, picked by its type or otherwise.
            _ when path.StartsWith("emails[", StringComparison.OrdinalIgnoreCase) && value is not null
                && ScimWish.IsSame(ScimValues.TextOf(value), person.Email) => wish,
            "active" or "username" or "password" => ScimValues.Immutable(path),
            var emails when emails.StartsWith("emails", StringComparison.Ordinal) => ScimValues.Immutable("emails"),
            "id" or "schemas" or "meta" or "groups" => ScimValues.Invalid(path, "It is read-only.", "mutability"),
            _ => ScimValues.Invalid(path, "There is no such attribute here.", "invalidPath"),
        };
    }
}
