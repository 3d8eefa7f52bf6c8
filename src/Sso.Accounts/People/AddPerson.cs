using System.Security.Cryptography;
using Sso.Accounts.Actors;
using Sso.Accounts.Mails;
using Sso.Accounts.Passwords;
using Sso.Admin;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Secrets;
using Sso.Protocol;

namespace Sso.Accounts.People;

/// <summary>
/// Adds a customer. Nobody's user name may be another's e-mail address, nor the other way round. Whoever gets no password is invited by
/// mail, in the same transaction.
/// </summary>
public sealed class AddPerson(SsoDbContext database, PasswordFloor floor, Lazy<SecurityMails> mails, TimeProvider clock)
{
    private static readonly FieldProblem NoWayIn = new(
        "email_verified", "Without a password the person is invited by mail, so the address must be known to be theirs.",
        "Vouch for the address, or give a password.");

    public Task<Result<PersonView, Refusal>> ExecuteAsync(NewPerson wanted, CancellationToken cancellation) =>
        ExecuteAsync(wanted, _ => Task.FromResult<Refusal?>(null), cancellation);

    /// <param name="wanted">Who is added.</param>
    /// <param name="also">What belongs to it and is done in the same transaction; what it refuses is refused as a whole.</param>
    /// <param name="cancellation">Stops before anything was written.</param>
    internal async Task<Result<PersonView, Refusal>> ExecuteAsync(
        NewPerson wanted, Func<Person, Task<Refusal?>> also, CancellationToken cancellation)
    {
        var input = wanted.Cleaned();
        if (await RefusalAsync(input, cancellation) is { } refusal)
        {
            return refusal;
        }

        var now = clock.GetUtcNow();
        var person = Create(input, input.Password is { } password ? PasswordHashing.Hash(password) : null, now);
        return await database.AllOrNothingAsync<PersonView>(async () =>
        {
            await database.LockNamesAsync(cancellation);
            if (await database.IsNameTakenAsync(person.NormalizedUserName!, exceptPersonId: null, cancellation))
            {
                return Refusal.Taken(
                    "user_name", $"The name '{person.UserName}' is in use as a user name or an e-mail address.",
                    "Choose another user name.");
            }

            if (await database.IsNameTakenAsync(person.NormalizedEmail!, exceptPersonId: null, cancellation))
            {
                return Refusal.Taken(
                    "email", $"The address '{person.Email}' is in use as a user name or an e-mail address.", "Use another address.");
            }

            if (await database.RefuseTakenAsync(person.ExternalId, exceptPersonId: null, cancellation) is { } taken)
            {
                return taken;
            }

            if (await also(person) is { } refused)
            {
                return refused;
            }

            if (input.Disabled)
            {
                person.Disable(now);
            }

            database.Users.Add(person);
            database.RecordChange(person, "added", now);
            if (input is { Password: null, Disabled: false })
            {
                mails.Value.Tell(database, visit: null, person, MailTable.Invitation, default);
            }

            return PersonView.Of(person);
        }, cancellation);
    }

    private async Task<Refusal?> RefusalAsync(NewPerson input, CancellationToken cancellation) =>
        new NewPersonRules(input.Password is null ? null : await floor.PolicyAsync(cancellation)).Check(input)
            ?? (input is { Password: null, EmailVerified: false } ? Refusal.Invalid(NoWayIn) : null);

    /// <param name="input">Who is added.</param>
    /// <param name="passwordHash">Null: nobody signs in with a password until one is set by mail.</param>
    /// <param name="now">The time of adding.</param>
    internal static Person Create(NewPerson input, string? passwordHash, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        UserName = input.UserName,
        NormalizedUserName = SignInName.Normalize(input.UserName),
        Email = input.Email,
        NormalizedEmail = SignInName.Normalize(input.Email),
        EmailConfirmed = input.EmailVerified,
        PasswordHash = passwordHash,
        SecurityStamp = RandomNumberGenerator.GetHexString(32),
        CreatedAt = now,
        UpdatedAt = now,
        ExternalId = input.ExternalId,
        Name = input.Name?.Trim() ?? FullName(input.GivenName, input.FamilyName),
        GivenName = input.GivenName?.Trim(),
        FamilyName = input.FamilyName?.Trim(),
        Nickname = input.Nickname?.Trim(),
        Gender = input.Gender?.Trim(),
        Birthdate = input.Birthdate,
        ZoneInfo = input.ZoneInfo,
        Locale = input.Locale,
        Website = input.Website,
        StreetAddress = input.StreetAddress?.Trim(),
        Locality = input.Locality?.Trim(),
        Region = input.Region?.Trim(),
        PostalCode = input.PostalCode?.Trim(),
        Country = input.Country,
    };

    internal static string? FullName(string? givenName, string? familyName)
    {
        var name = $"{givenName?.Trim()} {familyName?.Trim()}".Trim();
        return name.Length is > 0 and <= 200 ? name : null;
    }
}
