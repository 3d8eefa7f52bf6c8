using System.CommandLine;
using Sso.Accounts.People;

namespace Sso.Server.Commands;

/// <summary><c>sso user add</c>.</summary>
internal static class PersonAddCommand
{
    private static readonly Argument<string> UserName = new("name") { Description = "The user name, such as anna." };
    private static readonly Option<string> Email =
        new("--email") { Description = "The e-mail address; signs in as well as the user name.", Required = true };
    private static readonly Option<bool> EmailVerified =
        new("--email-verified") { Description = "You know that the address is this person's." };
    private static readonly Option<string> ExternalId =
        Text("--external-id", "The id by which another system, such as billing, knows the person.");
    private static readonly Option<string> Name = Text("--name", "The whole name; made of the two names below when left out.");
    private static readonly Option<string> GivenName = Text("--given-name", "First name.");
    private static readonly Option<string> FamilyName = Text("--family-name", "Family name.");
    private static readonly Option<string> Nickname = Text("--nickname", "Nickname.");
    private static readonly Option<string> Gender = Text("--gender", "Gender.");
    private static readonly Option<string> Birthdate = Text("--birthdate", "Birth date, such as 1985-04-30.");
    private static readonly Option<string> ZoneInfo = Text("--zoneinfo", "Time zone, such as Europe/Rome.");
    private static readonly Option<string> Locale = Text("--locale", "Language, such as it.");
    private static readonly Option<string> Website = Text("--website", "Website.");
    private static readonly Option<string> StreetAddress = Text("--street-address", "Street and number.");
    private static readonly Option<string> Locality = Text("--locality", "City.");
    private static readonly Option<string> Region = Text("--region", "Province or region.");
    private static readonly Option<string> PostalCode = Text("--postal-code", "Postal code.");
    private static readonly Option<string> Country = Text("--country", "Country, two letters such as IT.");

    public static Command Build(CommandHost host)
    {
        var add = new Command("add", "Add a person. The password is asked for, or read from standard input.")
        {
            UserName, Email, EmailVerified, ExternalId, Name, GivenName, FamilyName, Nickname, Gender, Birthdate, ZoneInfo, Locale,
            Website, StreetAddress, Locality, Region, PostalCode, Country, PasswordInput.FromStandardInput,
        };
        add.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed, (services, output, cancellation) => AddAsync(parsed, host.Terminal, services, output, cancellation), cancellation));
        return add;
    }

    private static async Task<int> AddAsync(
        ParseResult parsed, CommandTerminal terminal, IServiceProvider services, CommandOutput output, CancellationToken cancellation)
    {
        if (await PasswordInput.ReadAsync(parsed, terminal, output, cancellation) is not { } password)
        {
            return ExitCode.Usage;
        }

        var outcome = await services.GetRequiredService<AddPerson>().ExecuteAsync(Read(parsed, password), cancellation);
        return outcome.Failed(out var refusal, out var person)
            ? output.Refuse(refusal)
            : output.Done(person, CommandJson.Readable.PersonView, people =>
            {
                people.Say($"Added {person.UserName} ({person.Email}).");
                people.Facts(("Subject", person.Sub));
            });
    }

    private static NewPerson Read(ParseResult parsed, string password) => new()
    {
        UserName = parsed.GetRequiredValue(UserName),
        Email = parsed.GetRequiredValue(Email),
        EmailVerified = parsed.GetValue(EmailVerified),
        Password = password,
        ExternalId = parsed.GetValue(ExternalId),
        Name = parsed.GetValue(Name),
        GivenName = parsed.GetValue(GivenName),
        FamilyName = parsed.GetValue(FamilyName),
        Nickname = parsed.GetValue(Nickname),
        Gender = parsed.GetValue(Gender),
        Birthdate = parsed.GetValue(Birthdate),
        ZoneInfo = parsed.GetValue(ZoneInfo),
        Locale = parsed.GetValue(Locale),
        Website = parsed.GetValue(Website),
        StreetAddress = parsed.GetValue(StreetAddress),
        Locality = parsed.GetValue(Locality),
        Region = parsed.GetValue(Region),
        PostalCode = parsed.GetValue(PostalCode),
        Country = parsed.GetValue(Country),
    };

    private static Option<string> Text(string name, string description) => new(name) { Description = description };
}
