using Sso.Testing;

namespace Sso.Server.Tests.Conformance;

/// <summary>The person whom the certification suite signs in: every standard claim is known (OIDC Core §5.1).</summary>
internal static class CertifiedPerson
{
    public static readonly string[] Profile =
    [
        "name", "given_name", "family_name", "middle_name", "nickname",
        "preferred_username", "profile", "picture", "website", "gender", "birthdate",
        "zoneinfo", "locale", "updated_at",
    ];

    public static async Task<Customer> AddAsync(SsoServer server)
    {
        var person = await server.AddPersonAsync("buffy", person =>
        {
            (person.Name, person.GivenName, person.FamilyName) = ("Buffy Anne Summers", "Buffy", "Summers");
            (person.MiddleName, person.Nickname, person.Gender) = ("Anne", "Buff", "female");
            (person.ProfilePage, person.Picture, person.Website) =
                ("https://people.example/buffy", "https://people.example/buffy.png", "https://buffy.example");
            (person.Birthdate, person.ZoneInfo, person.Locale) = ("1981-01-19", "Europe/Rome", "it");
            (person.StreetAddress, person.Locality, person.Region) = ("Via Revello 1630", "Torino", "Piemonte");
            (person.PostalCode, person.Country) = ("10121", "Italia");
        });
        return await person.WithPhoneAsync();
    }
}
