using System.Collections.Frozen;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sso.Accounts.People;
using Sso.Server.Http;

namespace Sso.Server.Scim;

/// <summary>
/// The operations of RFC 7644 §3.5.2 on a user: add, replace and remove, one after the other, all or none. What is no attribute of ours is
/// passed over, as in a whole user: provisioning systems send all that they know of somebody. One that closes the account closes it,
/// whatever else stands beside it and cannot be set: somebody who has left must not keep an account because of an address.
/// </summary>
internal sealed partial class ScimPatch
{
    public const string Schema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
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
            ["externalId"] = (person, value) => person with { ExternalId = value is "" ? null : value },
        }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private readonly PersonProfile _person;
    private ScimWish _wish;

    /// <summary>What the first operation asks that cannot be done.</summary>
    private ApiError? _flaw;

    private ScimPatch(PersonProfile person) => (_person, _wish) = (person, new(PersonDescription.Of(person), Active: null));

    public static Result<ScimWish, ApiError> Apply(JsonObject body, PersonProfile person)
    {
        var members = ScimUser.Insensitive(body);
        if (members.GetValueOrDefault("schemas") is not JsonArray schemas || !schemas.Any(schema => ScimValues.TextOf(schema) == Schema)
            || members.GetValueOrDefault("Operations") is not JsonArray { Count: > 0 and <= MostOperations } operations)
        {
            return ScimValues.Invalid(
                "Operations", $"A patch names its schema and has 1 to {MostOperations} operations.", "invalidSyntax");
        }

        var patch = new ScimPatch(person);
        foreach (var operation in operations)
        {
            if (operation is not JsonObject single)
            {
                return ScimValues.Invalid("Operations", "An operation is an object.", "invalidSyntax");
            }

            if (patch.ApplyOne(ScimUser.Insensitive(single)) is { } unreadable)
            {
                return unreadable;
            }
        }

        var wish = patch._wish;
        return patch._flaw is { } flaw && wish.Active != false
            ? flaw
            : wish with { Description = wish.Description.Following(person) };
    }

    /// <summary>Not null for what is no operation.</summary>
    private ApiError? ApplyOne(Dictionary<string, JsonNode?> operation)
    {
        var (path, value) = (operation.GetValueOrDefault("path"), operation.GetValueOrDefault("value"));
        switch (ScimValues.TextOf(operation.GetValueOrDefault("op"))?.ToLowerInvariant())
        {
            case "remove" when ScimValues.TextOf(path) is { Length: > 0 } named:
                Set(PathOf(named), null);
                return null;
            case "remove":
                return ScimValues.Invalid("path", "Removing needs to name what.", "noTarget");
            case "add" or "replace" when path is null:
                SetAll("", value);
                return null;
            case "add" or "replace" when ScimValues.TextOf(path) is { Length: > 0 } named:
                SetAny(PathOf(named), value);
                return null;
            case "add" or "replace":
                return ScimValues.Invalid("path", "It is no path.", "invalidPath");
            default:
                return ScimValues.Invalid("op", "An operation adds, replaces or removes.", "invalidSyntax");
        }
    }

    /// <summary>RFC 7644 §3.10: an attribute may be written with the name of its schema.</summary>
    private static string PathOf(string path) =>
        path.StartsWith(ScimUser.Schema + ":", StringComparison.OrdinalIgnoreCase) ? path[(ScimUser.Schema.Length + 1)..] : path;

    /// <summary>Each member of an object, as if it were named by itself; what is read-only is sent along with the rest.</summary>
    private void SetAll(string prefix, JsonNode? value)
    {
        if (value is not JsonObject members)
        {
            Refuse(ScimValues.Invalid("value", "It is no object of attributes."));
            return;
        }

        foreach (var (name, member) in members)
        {
            if (prefix.Length > 0)
            {
                Set(prefix + name, member);
            }
            else if (!IsReadOnly(name))
            {
                SetAny(PathOf(name), member);
            }
        }
    }

    private void SetAny(string path, JsonNode? value)
    {
        if (path.Equals("name", StringComparison.OrdinalIgnoreCase) && value is not null)
        {
            SetAll("name.", value);
        }
        else if (path.Equals(ScimUser.Schema, StringComparison.OrdinalIgnoreCase) && value is JsonObject)
        {
            SetAll("", value);
        }
        else
        {
            Set(path, value);
        }
    }

    /// <param name="path">What is set.</param>
    /// <param name="value">Null to remove it.</param>
    private void Set(string path, JsonNode? value)
    {
        if (Texts.TryGetValue(path, out var set))
        {
            if (value is not null && ScimValues.TextOf(value) is null)
            {
                Refuse(ScimValues.Invalid(path, "It is no text."));
                return;
            }

            _wish = _wish with { Description = set(_wish.Description, ScimValues.TextOf(value)) };
            return;
        }

        var match = Path().Match(path);
        var (attribute, part) = (match.Groups["attribute"].Value.ToLowerInvariant(), match.Groups["part"].Value.ToLowerInvariant());
        switch (attribute)
        {
            // Removed with all its parts.
            case "name" when part.Length == 0:
                _wish = _wish with { Description = _wish.Description with { Name = null, GivenName = null, FamilyName = null } };
                break;
            case "active" when value is not null:
                if (ScimValues.SwitchOf(value).Failed(out var error, out var isOn))
                {
                    Refuse(error);
                    break;
                }

                _wish = _wish with { Active = isOn.Value };
                break;
            case "username" when value is not null && ScimWish.IsSame(ScimValues.TextOf(value), _person.UserName):
            // The one address, picked by its type or otherwise; of what kind it is, is not kept.
            case "emails" when part is "" or "value" && ScimWish.IsSame(ScimValues.OneAddressOf(value), _person.Email):
            case "emails" when part is "type" or "primary" or "display":
                break;
            case "active" or "username" or "password" or "emails":
                Refuse(ScimValues.Immutable(attribute == "username" ? "userName" : attribute));
                break;
            case "":
                Refuse(ScimValues.Invalid(path, "It is no path.", "invalidPath"));
                break;
            default:
                if (IsReadOnly(attribute))
                {
                    Refuse(ScimValues.Invalid(path, "It is read-only.", "mutability"));
                }

                break;
        }
    }

    private static bool IsReadOnly(string attribute) => attribute.ToLowerInvariant() is "id" or "schemas" or "meta" or "groups";

    private void Refuse(ApiError flaw) => _flaw ??= flaw;

    /// <summary>RFC 7644 §3.5.2: an attribute, perhaps of an extension, perhaps some of its values, perhaps a part of them.</summary>
    [GeneratedRegex(
        @"^(?<attribute>(?:urn:[\w:.-]+:)?[A-Za-z$][\w$-]*)(?:\[[^\]]*\])?(?:\.(?<part>[A-Za-z$][\w$-]*))?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Path();
}
