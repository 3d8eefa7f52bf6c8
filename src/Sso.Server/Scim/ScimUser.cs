using System.Text.Json.Nodes;
using Sso.Accounts.People;
using Sso.Admin;
using Sso.Data.People;
using Sso.Server.Http;

namespace Sso.Server.Scim;

/// <summary>The resource User (RFC 7643 §4.1), as far as it is supported; the schema says how far.</summary>
internal static class ScimUser
{
    public const string Schema = "urn:ietf:params:scim:schemas:core:2.0:User";

    public const string ListSchema = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

    public static string AddressOf(PersonProfile person, string issuer) => $"{issuer}{ScimRoutes.Root}/Users/{person.Sub}";

    public static JsonObject Of(PersonProfile person, string issuer)
    {
        var user = new JsonObject
        {
            ["schemas"] = new JsonArray(Schema),
            ["id"] = person.Sub,
            ["userName"] = person.UserName,
        };
        Set(user, "externalId", person.ExternalId);
        var name = new JsonObject();
        Set(name, "formatted", person.Name);
        Set(name, "givenName", person.GivenName);
        Set(name, "familyName", person.FamilyName);
        if (name.Count > 0)
        {
            user["name"] = name;
        }

        Set(user, "nickName", person.Nickname);
        Set(user, "locale", person.Locale);
        Set(user, "timezone", person.ZoneInfo);
        if (person.Email is { } address)
        {
            user["emails"] = new JsonArray(new JsonObject { ["value"] = address, ["primary"] = true });
        }

        user["active"] = person.DisabledAt is null;
        user["meta"] = new JsonObject
        {
            ["resourceType"] = "User",
            ["created"] = WrittenTime.Of(person.CreatedAt),
            ["lastModified"] = WrittenTime.Of(
                person.DisabledAt is { } disabled && disabled > person.UpdatedAt ? disabled : person.UpdatedAt),
            ["location"] = AddressOf(person, issuer),
            ["version"] = $"\"{person.Version()}\"",
        };
        return user;
    }

    /// <summary>RFC 7644 §3.4.2.</summary>
    public static JsonObject List(int total, int start, JsonArray resources) => new()
    {
        ["schemas"] = new JsonArray(ListSchema),
        ["totalResults"] = total,
        ["startIndex"] = start,
        ["itemsPerPage"] = resources.Count,
        ["Resources"] = resources,
    };

    /// <summary>RFC 9865 §2.</summary>
    /// <param name="total">Of all parts.</param>
    /// <param name="next">Where the next part begins; null after the last.</param>
    /// <param name="resources">Of this part.</param>
    public static JsonObject Part(int total, string? next, JsonArray resources)
    {
        var part = List(total, 1, resources);
        part.Remove("startIndex");
        Set(part, "nextCursor", next);
        return part;
    }

    /// <summary>A whole user as a client sends it. What is read-only, or no attribute of ours, is passed over (RFC 7644 §3.3).</summary>
    public static Result<ScimWish, ApiError> Read(JsonObject sent)
    {
        var attributes = Insensitive(sent);
        if (!IsUser(attributes))
        {
            return ScimValues.Invalid("schemas", "It does not name the schema of a user.", "invalidSyntax");
        }

        var names = attributes.GetValueOrDefault("name");
        if (names is not (null or JsonObject))
        {
            return ScimValues.Invalid("name", "It is no object.");
        }

        var parts = names is JsonObject several ? Insensitive(several) : [];
        string?[] texts = new string?[8];
        (string Field, JsonNode? Value)[] fields =
        [
            ("userName", attributes.GetValueOrDefault("userName")), ("name.formatted", parts.GetValueOrDefault("formatted")),
            ("name.givenName", parts.GetValueOrDefault("givenName")), ("name.familyName", parts.GetValueOrDefault("familyName")),
            ("nickName", attributes.GetValueOrDefault("nickName")), ("locale", attributes.GetValueOrDefault("locale")),
            ("timezone", attributes.GetValueOrDefault("timezone")), ("externalId", attributes.GetValueOrDefault("externalId")),
        ];
        for (var index = 0; index < fields.Length; index++)
        {
            if (fields[index].Value is { } value && (texts[index] = ScimValues.TextOf(value)) is null)
            {
                return ScimValues.Invalid(fields[index].Field, "It is no text.");
            }
        }

        if (ScimValues.AddressOf(attributes.GetValueOrDefault("emails")).Failed(out var error, out var address)
            || ScimValues.SwitchOf(attributes.GetValueOrDefault("active")).Failed(out error, out var active))
        {
            return error;
        }

        var password = attributes.GetValueOrDefault("password");
        if (password is not null && ScimValues.TextOf(password) is null)
        {
            return ScimValues.Invalid("password", "It is no text.");
        }

        // Directories send an empty one for a person without.
        var externalId = texts[7] is "" ? null : texts[7];
        return new ScimWish(new(texts[1], texts[2], texts[3], texts[4], texts[5], texts[6], externalId), active.Value)
        {
            UserName = texts[0],
            Email = address.Value,
            Password = ScimValues.TextOf(password),
        };
    }

    /// <summary>
    /// In the place of a person. One that closes the account closes it, whatever else in it cannot be read, and nothing else is changed
    /// then: somebody who has left must not keep an account because of a nickname.
    /// </summary>
    public static Result<ScimWish, ApiError> ReadReplacing(JsonObject sent, PersonProfile person) =>
        !Read(sent).Failed(out var error, out var wish) ? Keeping(wish, person).Replacing(person)
            : Closes(Insensitive(sent)) ? new ScimWish(PersonDescription.Of(person), Active: false)
            : error;

    /// <summary>
    /// What is left out of a whole user is taken away (RFC 7644 §3.5.1), but not the id by which another program knows the person.
    /// </summary>
    private static ScimWish Keeping(ScimWish wish, PersonProfile person) =>
        wish with { Description = wish.Description with { ExternalId = wish.Description.ExternalId ?? person.ExternalId } };

    private static bool Closes(Dictionary<string, JsonNode?> attributes) =>
        IsUser(attributes)
        && !ScimValues.SwitchOf(attributes.GetValueOrDefault("active")).Failed(out _, out var active) && active.Value == false;

    private static bool IsUser(Dictionary<string, JsonNode?> attributes) =>
        attributes.GetValueOrDefault("schemas") is JsonArray schemas && schemas.Any(schema => ScimValues.TextOf(schema) == Schema);

    /// <summary>Names of attributes in any case (RFC 7643 §2.1); null is as if it were absent (RFC 7643 §2.5).</summary>
    public static Dictionary<string, JsonNode?> Insensitive(JsonObject members)
    {
        var read = new Dictionary<string, JsonNode?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in members)
        {
            read[name] = value;
        }

        return read;
    }

    private static void Set(JsonObject target, string name, string? value)
    {
        if (value is not null)
        {
            target[name] = value;
        }
    }
}

/// <summary>How a client wants a person to be.</summary>
/// <param name="Description">What they are called.</param>
/// <param name="Active">Null: as it is.</param>
internal sealed record ScimWish(PersonDescription Description, bool? Active)
{
    public string? UserName { get; init; }

    public string? Email { get; init; }

    public string? Password { get; init; }

    /// <summary>Somebody new: whoever provisions people vouches for their addresses.</summary>
    public NewPerson AsNew() => new()
    {
        UserName = UserName ?? "",
        Email = Email ?? "",
        EmailVerified = true,
        Password = Password,
        Disabled = Active == false,
        Name = Description.Name,
        GivenName = Description.GivenName,
        FamilyName = Description.FamilyName,
        Nickname = Description.Nickname,
        Locale = Description.Locale,
        ZoneInfo = Description.ZoneInfo,
        ExternalId = Description.ExternalId,
    };

    /// <summary>
    /// In the place of what is known of a person; with what may not change, as it is, or refused (RFC 7643 §2.2). The account is closed all
    /// the same, and nothing else is changed then.
    /// </summary>
    public Result<ScimWish, ApiError> Replacing(PersonProfile person) =>
        FlawFor(person) is not { } flaw ? this
            : Active == false ? this with { Description = PersonDescription.Of(person) }
            : flaw;

    private ApiError? FlawFor(PersonProfile person) =>
        !IsSame(UserName, person.UserName) ? ScimValues.Immutable("userName")
            : Email is not null && !IsSame(Email, person.Email) ? ScimValues.Immutable("emails")
            : Password is not null ? ScimValues.Immutable("password")
            : null;

    /// <summary>Names as they are kept: cleaned, and without regard to capitals (RFC 7643 §4.1.1, caseExact).</summary>
    public static bool IsSame(string? sent, string? kept) =>
        sent is not null && kept is not null && SignInName.Normalize(TypedText.Clean(sent)) == SignInName.Normalize(kept);

    public override string ToString() => $"user {UserName}";
}
