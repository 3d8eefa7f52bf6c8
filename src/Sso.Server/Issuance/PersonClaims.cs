using System.Text.Json.Nodes;
using Sso.Data.People;
using Sso.Protocol.Tokens;

namespace Sso.Server.Issuance;

/// <summary>The claims of OIDC Core §5.1 from a person's row; what is unknown is left out.</summary>
internal static class PersonClaims
{
    /// <summary>What the scopes bring (OIDC Core §5.4).</summary>
    public static HashSet<string> OfScopes(IEnumerable<string> scopes) =>
        scopes.SelectMany(scope => Scopes.Claims.TryGetValue(scope, out var claims) ? claims : []).ToHashSet(StringComparer.Ordinal);

    /// <summary>True if one of them needs more than the row of the person.</summary>
    public static bool AskRare(IEnumerable<string> claims) => claims.Any(Rare.Contains);

    private static readonly HashSet<string> Rare =
        new(["phone_number", "phone_number_verified", "last_access_at", "last_access_ip"], StringComparer.Ordinal);

    /// <summary>Nothing of the scopes, which userinfo gives (OIDC Core §5.4), unless registered; and what was asked for by name.</summary>
    public static IReadOnlySet<string> InIdToken(ApprovedGrant grant, IReadOnlySet<string> asked) =>
        grant.Client.IdTokenClaims ? OfScopes(grant.Scopes).Union(asked).ToHashSet(StringComparer.Ordinal) : asked;

    /// <summary>Those of the wanted claims that are known.</summary>
    public static IEnumerable<KeyValuePair<string, JsonNode>> Of(UserInfoRow row, IReadOnlySet<string> wanted)
    {
        foreach (var (name, read) in Readers)
        {
            if (wanted.Contains(name) && read(row) is { } value)
            {
                yield return KeyValuePair.Create(name, value);
            }
        }
    }

    private static readonly IReadOnlyList<(string Name, Func<UserInfoRow, JsonNode?> Read)> Readers =
    [
        ("name", row => Text(row.Person.Name)),
        ("given_name", row => Text(row.Person.GivenName)),
        ("family_name", row => Text(row.Person.FamilyName)),
        ("middle_name", row => Text(row.Person.MiddleName)),
        ("nickname", row => Text(row.Person.Nickname)),
        ("preferred_username", row => Text(row.Person.UserName)),
        ("profile", row => Text(row.Person.ProfilePage)),
        ("picture", row => Text(row.Person.Picture)),
        ("website", row => Text(row.Person.Website)),
        ("gender", row => Text(row.Person.Gender)),
        ("birthdate", row => Text(row.Person.Birthdate)),
        ("zoneinfo", row => Text(row.Person.ZoneInfo)),
        ("locale", row => Text(row.Person.Locale)),
        ("updated_at", row => row.Person.UpdatedAt.ToUnixTimeSeconds()),
        ("email", row => Text(row.Person.Email)),
        ("email_verified", row => row.Person.Email is null ? null : row.Person.EmailConfirmed),
        ("phone_number", row => Text(row.PhoneNumber)),
        ("phone_number_verified", row => row.Number is null ? null : true),
        ("address", row => Address(row.Person)),
        ("last_access_at", row => row.PreviousAccessAt?.ToUnixTimeSeconds()),
        ("last_access_ip", row => row.PreviousAccessAt is null ? null : Text(row.PreviousAccessAddress)),
    ];

    private static JsonObject? Address(Person person)
    {
        KeyValuePair<string, JsonNode?>[] lines =
        [
            new("street_address", Text(person.StreetAddress)),
            new("locality", Text(person.Locality)),
            new("region", Text(person.Region)),
            new("postal_code", Text(person.PostalCode)),
            new("country", Text(person.Country)),
        ];
        var known = lines.Where(line => line.Value is not null).ToList();
        return known.Count == 0 ? null : new(known);
    }

    private static JsonValue? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : JsonValue.Create(value);
}
