using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.People;

/// <summary>A customer. The id is the subject of every token and is never used again (OIDC Core §8).</summary>
public sealed class Person : IdentityUser<Guid>
{
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When a profile claim last changed (claim updated_at).</summary>
    public DateTimeOffset UpdatedAt { get; set; }

    public string? Name { get; set; }

    public string? GivenName { get; set; }

    public string? FamilyName { get; set; }

    public string? MiddleName { get; set; }

    public string? Nickname { get; set; }

    public string? ProfilePage { get; set; }

    public string? Picture { get; set; }

    public string? Website { get; set; }

    public string? Gender { get; set; }

    /// <summary>YYYY-MM-DD (OIDC Core §5.1).</summary>
    public string? Birthdate { get; set; }

    public string? ZoneInfo { get; set; }

    /// <summary>A language tag; also the language of messages.</summary>
    public string? Locale { get; set; }

    public string? StreetAddress { get; set; }

    public string? Locality { get; set; }

    public string? Region { get; set; }

    public string? PostalCode { get; set; }

    public string? Country { get; set; }

    /// <summary>The id by which a program of the operator, such as a billing system, knows the person (RFC 7643 §3.1); no claim.</summary>
    public string? ExternalId { get; set; }

    public DateTimeOffset? DisabledAt { get; private set; }

    /// <summary>When the person typed back one of the current recovery codes; null means that there are none to rely on.</summary>
    public DateTimeOffset? RecoveryCodesSavedAt { get; private set; }

    public int SignInsWithoutSecondFactor { get; private set; }

    /// <summary>The latest completed sign-in.</summary>
    public DateTimeOffset? LastAccessAt { get; private set; }

    public string? LastAccessAddress { get; private set; }

    /// <summary>Another address, or the same one confirmed.</summary>
    public void MoveTo(string? email, bool isConfirmed) =>
        (Email, NormalizedEmail, EmailConfirmed) = (email, email is null ? null : SignInName.Normalize(email), isConfirmed);

    public void Disable(DateTimeOffset at) => DisabledAt = at;

    public void Enable() => DisabledAt = null;

    public void RecoveryCodesSaved(DateTimeOffset at) => RecoveryCodesSavedAt = at;

    public void RecoveryCodesReplaced() => RecoveryCodesSavedAt = null;

    public void SignedInWithoutSecondFactor() => SignInsWithoutSecondFactor++;

    public void SignedIn(DateTimeOffset at, string? address) => (LastAccessAt, LastAccessAddress) = (at, address);
}

/// <summary>
/// Whoever proves something for a person, removes something of theirs or ends what they have open waits here until another's transaction on
/// that person is over. What was read before and must still be true is read again afterwards.
/// </summary>
public static class PersonLock
{
    /// <summary>
    /// So that, of two callers that remove the last two methods, one sees what the other removed. Returns the row as it is now.
    /// </summary>
    public static async Task<Person> LockPersonAsync(this SsoDbContext database, Guid personId, CancellationToken cancellation)
    {
        await database.Users.Where(row => row.Id == personId)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.UpdatedAt, row => row.UpdatedAt), cancellation);
        var person = await database.Users.SingleAsync(row => row.Id == personId, cancellation);
        // What this context read before the wait may no longer be true after it.
        await database.Entry(person).ReloadAsync(cancellation);
        return person;
    }

    /// <summary>False if the person is disabled or gone. To be called inside a transaction.</summary>
    public static async Task<bool> HoldPersonAsync(this SsoDbContext database, Guid personId, CancellationToken cancellation) =>
        await database.Users.Where(row => row.Id == personId && row.DisabledAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.UpdatedAt, row => row.UpdatedAt), cancellation) == 1;
}

internal sealed class PersonTable : IEntityTypeConfiguration<Person>
{
    public void Configure(EntityTypeBuilder<Person> builder)
    {
        builder.ToTable("People");
        builder.Property(person => person.UserName).IsRequired();
        builder.Property(person => person.NormalizedUserName).IsRequired();
        builder.HasIndex(person => person.NormalizedEmail).IsUnique();
        builder.Property(person => person.ExternalId).HasMaxLength(255);
        builder.HasIndex(person => person.ExternalId).IsUnique();
        // The few closed accounts among the many, in the order of lists.
        builder.HasIndex(person => person.Id).HasFilter("\"DisabledAt\" IS NOT NULL");
        foreach (var name in (string[])
        [
            nameof(Person.Name), nameof(Person.GivenName), nameof(Person.FamilyName), nameof(Person.MiddleName), nameof(Person.Nickname),
            nameof(Person.StreetAddress), nameof(Person.Locality), nameof(Person.Region),
        ])
        {
            builder.Property(name).HasMaxLength(200);
        }

        foreach (var name in (string[])[nameof(Person.ProfilePage), nameof(Person.Picture), nameof(Person.Website)])
        {
            builder.Property(name).HasMaxLength(2000);
        }

        foreach (var name in (string[])
        [
            nameof(Person.Gender), nameof(Person.Birthdate), nameof(Person.ZoneInfo), nameof(Person.Locale), nameof(Person.PostalCode),
            nameof(Person.Country), nameof(Person.LastAccessAddress),
        ])
        {
            builder.Property(name).HasMaxLength(64);
        }

        // A number is a proved SecondFactor, sealed: there is no second, readable copy.
        builder.Ignore(person => person.PhoneNumber).Ignore(person => person.PhoneNumberConfirmed);
        builder.Property(person => person.PasswordHash).HasMaxLength(256);
        builder.Property(person => person.SecurityStamp).HasMaxLength(64);
        builder.Property(person => person.ConcurrencyStamp).HasMaxLength(64);
    }
}
