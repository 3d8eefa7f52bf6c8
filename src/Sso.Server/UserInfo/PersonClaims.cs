using System.Text.Json;
using Sso.Data.People;
using Sso.Protocol;
using Sso.Protocol.Tokens;

namespace Sso.Server.UserInfo;

/// <summary>The claims of OIDC Core §5.1 as a person's row tells them; what is not known is left out.</summary>
internal static class PersonClaims
{
    /// <summary>What the scopes bring (OIDC Core §5.4).</summary>
    public static HashSet<string> OfScopes(IEnumerable<string> scopes) =>
        scopes.SelectMany(scope => Scopes.Claims.TryGetValue(scope, out var claims) ? claims : []).ToHashSet(StringComparer.Ordinal);

    /// <summary>True when one of them needs more than the row of the person.</summary>
    public static bool AskRare(IEnumerable<string> claims) => claims.Any(Rare.Contains);

    private static readonly HashSet<string> Rare =
        new(["phone_number", "phone_number_verified", "last_access_at", "last_access_ip"], StringComparer.Ordinal);

    /// <summary>
    /// What the ID token of the token endpoint says of its person: nothing of the scopes, since userinfo tells it (OIDC Core §5.4), unless
    /// the client is registered for it; and what was asked for by name.
    /// </summary>
    public static IReadOnlySet<string> InIdToken(ApprovedGrant grant, IReadOnlySet<string> asked) =>
        grant.Client.IdTokenClaims ? OfScopes(grant.Scopes).Union(asked).ToHashSet(StringComparer.Ordinal) : asked;

    /// <summary>Writes those of the wanted members that are known.</summary>
    public static void Write(Utf8JsonWriter json, UserInfoRow row, IReadOnlySet<string> wanted)
    {
        foreach (var (name, write) in Writers)
        {
            if (wanted.Contains(name))
            {
                write(json, row);
            }
        }
    }

    private static readonly IReadOnlyList<(string Name, Action<Utf8JsonWriter, UserInfoRow> Write)> Writers =
    [
        Text("name", person => person.Name),
        Text("given_name", person => person.GivenName),
        Text("family_name", person => person.FamilyName),
        Text("middle_name", person => person.MiddleName),
        Text("nickname", person => person.Nickname),
        Text("preferred_username", person => person.UserName),
        Text("profile", person => person.ProfilePage),
        Text("picture", person => person.Picture),
        Text("website", person => person.Website),
        Text("gender", person => person.Gender),
        Text("birthdate", person => person.Birthdate),
        Text("zoneinfo", person => person.ZoneInfo),
        Text("locale", person => person.Locale),
        ("updated_at", (json, row) => json.WriteNumber("updated_at", row.Person.UpdatedAt.ToUnixTimeSeconds())),
        Text("email", person => person.Email),
        ("email_verified", (json, row) => WriteFlag(json, "email_verified", row.Person.Email is null ? null : row.Person.EmailConfirmed)),
        ("phone_number", (json, row) => WriteText(json, "phone_number", row.PhoneNumber)),
        ("phone_number_verified", (json, row) => WriteFlag(json, "phone_number_verified", row.Number is null ? null : true)),
        ("address", (json, row) => WriteAddress(json, row.Person)),
        ("last_access_at", (json, row) => WriteTime(json, "last_access_at", row.PreviousAccessAt)),
        ("last_access_ip",
            (json, row) => WriteText(json, "last_access_ip", row.PreviousAccessAt is null ? null : row.PreviousAccessAddress)),
    ];

    private static (string Name, Action<Utf8JsonWriter, UserInfoRow> Write) Text(string name, Func<Person, string?> value) =>
        (name, (json, row) => WriteText(json, name, value(row.Person)));

    private static void WriteAddress(Utf8JsonWriter json, Person person)
    {
        if ((person.StreetAddress ?? person.Locality ?? person.Region ?? person.PostalCode ?? person.Country) is null)
        {
            return;
        }

        json.WriteStartObject("address");
        WriteText(json, "street_address", person.StreetAddress);
        WriteText(json, "locality", person.Locality);
        WriteText(json, "region", person.Region);
        WriteText(json, "postal_code", person.PostalCode);
        WriteText(json, "country", person.Country);
        json.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? value)
    {
        if (value is { } at)
        {
            json.WriteNumber(name, at.ToUnixTimeSeconds());
        }
    }

    private static void WriteFlag(Utf8JsonWriter json, string name, bool? value)
    {
        if (value is { } known)
        {
            json.WriteBoolean(name, known);
        }
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (!string.IsNullOrWhiteSpace(value))
        {
            json.WriteString(name, value);
        }
    }
}
