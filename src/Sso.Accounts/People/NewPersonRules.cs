using System.Globalization;
using System.Linq.Expressions;
using FluentValidation;
using Sso.Accounts.Passwords;
using Sso.Admin;
using Sso.Data.People;

namespace Sso.Accounts.People;

/// <summary>What a person may be called and how their profile is written (OIDC Core §5.1).</summary>
internal sealed class NewPersonRules : AbstractValidator<NewPerson>
{
    private const int LongestName = 200;
    private const int LongestExternalId = 255;

    /// <param name="policy">Null if there is no password yet, or a hash already: nobody knows the password.</param>
    public NewPersonRules(PasswordPolicy? policy)
    {
        RuleFor(person => person.UserName)
            .Must(name => name.Trim().Length is > 0 and <= 100 && IsOneLine(name) && SignInName.Normalize(name).Length <= 256)
            .Says("The user name must have 1 to 100 characters on one line.", "Choose a name such as anna.");
        RuleFor(person => person.UserName)
            .Must((person, name) => !name.Contains('@', StringComparison.Ordinal)
            || SignInName.Normalize(name) == SignInName.Normalize(person.Email))
            .Says(
                "A user name with an @ looks like an e-mail address, and it is not this person's.",
                "Use the person's own address, or a name without @.");
        RuleFor(person => person.UserName)
            .Must(name => !Guid.TryParseExact(name.Trim(), "N", out _))
            .Says("A user name of 32 hexadecimal digits looks like a subject.", "Choose a name such as anna.");
        RuleFor(person => person.Email)
            .Must(EmailAddress.IsPossible)
            .Says("The e-mail address is not one.", "Write it as name@example.com.");
        RuleFor(person => person.Password).HasNoFlaw((person, password) => policy is not null &&
            PasswordRules.FindFlaw(
                password!, policy, person.UserName, person.Email, person.GivenName, person.FamilyName, person.Nickname) is { } flaw
                ? PasswordRules.Describe(flaw, policy)
                : null);
        // SQL Server compares texts without the spaces at their ends.
        RuleFor(person => person.ExternalId)
            .Must(id => id is null || (id.Length is > 0 and <= LongestExternalId && id.Trim().Length == id.Length && IsOneLine(id)))
            .Says(
                $"The external id must have 1 to {LongestExternalId} characters on one line, without spaces at its ends.",
                "Send it as your own system writes it, or leave it out.");
        ProfileIsSound();
    }

    private void ProfileIsSound()
    {
        foreach (var property in (Expression<Func<NewPerson, string?>>[])
            [person => person.Name, person => person.GivenName, person => person.FamilyName, person => person.Nickname,
                person => person.Locality, person => person.Region])
        {
            RuleFor(property)
                .IsOneLine(LongestName)
                .Says($"The text must have 1 to {LongestName} characters on one line.", "Shorten it, or leave it out.");
        }

        // OIDC Core §5.1.1: a street address may have several lines.
        RuleFor(person => person.StreetAddress)
            .Must(text => text is null || (text.Trim().Length is > 0 and <= LongestName && IsOneLine(text.ReplaceLineEndings(" "))))
            .Says($"The text must have 1 to {LongestName} characters.", "Shorten it, or leave it out.");
        foreach (var property in (Expression<Func<NewPerson, string?>>[])[person => person.Gender, person => person.PostalCode])
        {
            RuleFor(property)
                .IsOneLine(64)
                .Says("The text must have 1 to 64 characters on one line.", "Shorten it, or leave it out.");
        }

        RuleFor(person => person.Birthdate)
            .Must(date => date is null
            || DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            .Says("The birth date is not a date.", "Write year, month and day, such as 1985-04-30.");
        RuleFor(person => person.ZoneInfo)
            .Must(zone => zone is null || (zone.Length <= 64 && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _)))
            .Says("The time zone is not known.", "Write its name, such as Europe/Rome.");
        RuleFor(person => person.Locale)
            .Matches("^[A-Za-z0-9-]{2,35}\\z")
            .Says("The language is not a language tag (BCP 47).", "Write it such as it or en-GB.");
        RuleFor(person => person.Website)
            .Must(site => site is null
            || (site.Length <= 2000 && Uri.TryCreate(site, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
            .Says("The website is not a web address.", "Write it with https:// before the host.");
        RuleFor(person => person.Country)
            .Matches("^[A-Z]{2}\\z")
            .Says("The country is not a country code (ISO 3166-1).", "Write two capitals, such as IT.");
    }

    private static bool IsOneLine(string text) => !text.Any(char.IsControl);
}
