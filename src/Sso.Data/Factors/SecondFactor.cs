using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sso.Data.Secrets;
using Sso.Protocol;

namespace Sso.Data.Factors;

/// <summary>
/// An authenticator app, a phone number or a passkey, pending until it was proved. Stored: the seed, the number or the credential,
/// encrypted under a data key and bound to this row. Recovery codes have a table of their own; only while they are being saved does a row
/// here, which is never more than pending, hold them in the same way.
/// </summary>
public sealed class SecondFactor
{
    /// <summary>A pending enrolment dies after 15 minutes; one replaces another of its kind.</summary>
    public static readonly TimeSpan PendingLifetime = TimeSpan.FromMinutes(15);

    /// <summary>In characters, of <see cref="Name"/>.</summary>
    public const int LongestName = 64;

    public required Guid Id { get; init; }

    public required Guid PersonId { get; init; }

    public required ProofMethod Method { get; init; }

    /// <summary>
    /// The RFC 6238 seed, the number in E.164, a <see cref="PasskeyCredential"/> or the bytes of the recovery codes, encrypted with
    /// <see cref="Context"/>.
    /// </summary>
    public required byte[] Protected { get; set; }

    /// <summary>What its owner calls it; null for a number, which is shown itself.</summary>
    public string? Name { get; set; }

    /// <summary>
    /// Of a number, <see cref="SealedNumber.Hash"/>, by which its owner is found; null until a row of an older version has got its own
    /// (<see cref="SealedNumbers.HashMissingAsync"/>).
    /// </summary>
    public byte[]? NumberHash { get; init; }

    /// <summary>SHA-256 of a passkey's credential id, by which a sign-in without a name finds its person.</summary>
    public byte[]? CredentialHash { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ActivatedAt { get; private set; }

    public DateTimeOffset? LastUsedAt { get; private set; }

    /// <summary>The latest time step that was accepted: each is accepted once (RFC 6238 §5.2).</summary>
    public long LastStep { get; private set; }

    /// <summary>False for a number that its owner gave for notices only: it is no second factor.</summary>
    public bool UsedForSignIn { get; private set; } = true;

    /// <summary>A number that is told by text when something happens to the account.</summary>
    public bool UsedForNotices { get; private set; } = true;

    /// <summary>Wrong codes since the last right one; at 50 the factor is shut (NIST SP 800-63B §3.2.2).</summary>
    public int ConsecutiveFailures { get; private set; }

    /// <summary>The number whose place this one takes once it is proved.</summary>
    public Guid? Replaces { get; init; }

    /// <summary>
    /// The session in which it is being enrolled, or in which recovery codes are being saved: as long as it is pending, only that session
    /// sees and proves it. Otherwise somebody who knows the password would know the owner's codes for good, and would end this enrolment by
    /// beginning their own.
    /// </summary>
    public Guid? PendingSessionId { get; init; }

    public string Context => ContextOf(Id);

    /// <summary>Of a phone, in E.164.</summary>
    public string NumberBy(Sealer sealer) => sealer.UnprotectText(Context, Protected);

    public static string ContextOf(Guid id) => $"SecondFactors.Protected:{id:N}";

    public void Used(DateTimeOffset at) => (LastUsedAt, ConsecutiveFailures) = (at, 0);

    public void UseFor(bool signIn, bool notices) => (UsedForSignIn, UsedForNotices) = (signIn, notices);

    public void Activate(DateTimeOffset at) => (ActivatedAt, LastUsedAt) = (at, at);
}

internal sealed class SecondFactorTable : IEntityTypeConfiguration<SecondFactor>
{
    public void Configure(EntityTypeBuilder<SecondFactor> builder)
    {
        builder.ToTable("SecondFactors");
        builder.HasIndex(factor => factor.PersonId);
        builder.HasIndex(factor => factor.ConsecutiveFailures);
        builder.Property(factor => factor.Protected).HasMaxLength(4096);
        builder.Property(factor => factor.Name).HasMaxLength(SecondFactor.LongestName);
        builder.Property(factor => factor.CredentialHash).HasMaxLength(32).IsFixedLength();
        builder.HasIndex(factor => factor.CredentialHash).IsUnique();
        builder.Property(factor => factor.NumberHash).HasMaxLength(32).IsFixedLength();
        // Without those that have none: SQLite would take IS NULL for a value to look up in it, and so read every app and passkey.
        builder.HasIndex(factor => factor.NumberHash).HasFilter("\"NumberHash\" IS NOT NULL");
        // Those that still have to get a hash: none, but for the minutes after an older version wrote some.
        builder.HasIndex(factor => factor.Id)
            .HasFilter(FormattableString.Invariant($"\"Method\" = {(int)ProofMethod.TextMessage} AND \"NumberHash\" IS NULL"));
        builder.Ignore(factor => factor.Context);
    }
}

/// <summary>The questions that are asked of a person's methods, each in one place.</summary>
public static class SecondFactors
{
    /// <summary>The methods with which the person can prove a sign-in.</summary>
    public static IQueryable<SecondFactor> ActiveFactors(this SsoDbContext database, Guid personId) =>
        database.SecondFactors.Where(IsActive).Where(factor => factor.PersonId == personId);

    /// <summary>The same for everybody, for a query that joins.</summary>
    public static Expression<Func<SecondFactor, bool>> IsActive { get; } = factor => factor.ActivatedAt != null && factor.UsedForSignIn;

    /// <summary>True if the person would have no method left without it.</summary>
    public static async Task<bool> IsLastAsync(this SsoDbContext database, SecondFactor factor, CancellationToken cancellation) =>
        factor.UsedForSignIn && await database.ActiveFactors(factor.PersonId).CountAsync(cancellation) == 1;

    /// <summary>Those that open the console, which takes neither a text nor a code by mail.</summary>
    public static IQueryable<SecondFactor> ConsoleFactors(this SsoDbContext database, Guid personId) =>
        database.ActiveFactors(personId)
            .Where(factor => factor.Method == ProofMethod.Passkey || factor.Method == ProofMethod.AuthenticatorApp);

    /// <summary>
    /// True if the person has a role and nothing else that opens the console: without it whoever knows the rest could set up the first, and
    /// enter with it.
    /// </summary>
    public static async Task<bool> IsNeededForRoleAsync(
        this SsoDbContext database, SecondFactor factor, CancellationToken cancellation) =>
        factor.Method is ProofMethod.Passkey or ProofMethod.AuthenticatorApp
        && await database.Administrators.AnyAsync(row => row.PersonId == factor.PersonId, cancellation)
        && !await database.ConsoleFactors(factor.PersonId).AnyAsync(row => row.Id != factor.Id, cancellation);

    /// <summary>The numbers that the person has proved, whatever their purpose.</summary>
    public static IQueryable<SecondFactor> VerifiedNumbers(this SsoDbContext database, Guid personId) =>
        database.SecondFactors.Where(IsVerifiedNumber).Where(factor => factor.PersonId == personId);

    /// <summary>The same for everybody, for a query that joins.</summary>
    public static Expression<Func<SecondFactor, bool>> IsVerifiedNumber { get; } =
        factor => factor.ActivatedAt != null && factor.Method == ProofMethod.TextMessage;
}
