using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.People;

/// <summary>
/// A change of a person's e-mail address or of one of their numbers, with the former value, so that it can be undone. A new address waits
/// here until the link that was sent to it is used; a number is changed once its code was entered.
/// </summary>
public sealed class ContactChange
{
    /// <summary>How long the link to a new address lives.</summary>
    public static readonly TimeSpan ConfirmationLifetime = TimeSpan.FromHours(24);

    /// <summary>How long the link that undoes a change lives.</summary>
    public static readonly TimeSpan UndoLifetime = TimeSpan.FromHours(72);

    /// <summary>
    /// How long an operator can undo it for a person without a confirmed address; the old address is given to nobody else in that time.
    /// </summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    public required Guid Id { get; init; }

    public required Guid PersonId { get; init; }

    public required ContactKind Kind { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>
    /// Null while a new address is not confirmed. Later than that of every earlier change of the person,
    /// whatever the clocks of the nodes say.
    /// </summary>
    public DateTimeOffset? DoneAt { get; private set; }

    public DateTimeOffset? UndoneAt { get; private set; }

    public string? NewEmail { get; init; }

    public string? OldEmail { get; private set; }

    public string? NormalizedOldEmail { get; private set; }

    public bool OldEmailConfirmed { get; private set; }

    /// <summary>The number as it was, encrypted with <see cref="ContextOf"/>.</summary>
    public byte[]? OldNumber { get; init; }

    /// <summary>The factor whose number it was; the row may be gone.</summary>
    public Guid? FactorId { get; init; }

    /// <summary>What took its place, if anything.</summary>
    public Guid? NewFactorId { get; init; }

    public bool WasForSignIn { get; init; }

    public bool WasForNotices { get; init; }

    public DateTimeOffset? WasActivatedAt { get; init; }

    public static string ContextOf(Guid id) => $"ContactChanges.OldNumber:{id:N}";

    public void Done(DateTimeOffset at) => DoneAt = at;

    /// <summary>The new address was proved: it takes the place of the current one, which is kept here.</summary>
    public void Done(DateTimeOffset at, Person person)
    {
        (DoneAt, OldEmail, NormalizedOldEmail, OldEmailConfirmed) = (at, person.Email, person.NormalizedEmail, person.EmailConfirmed);
        person.MoveTo(NewEmail!, isConfirmed: true);
    }

    public void Undone(DateTimeOffset at) => UndoneAt = at;
}

public enum ContactKind
{
    Email = 0,
    Number = 1,
}

internal sealed class ContactChangeTable : IEntityTypeConfiguration<ContactChange>
{
    public void Configure(EntityTypeBuilder<ContactChange> builder)
    {
        builder.ToTable("ContactChanges");
        builder.Property(change => change.NewEmail).HasMaxLength(256);
        builder.Property(change => change.OldEmail).HasMaxLength(256);
        builder.Property(change => change.NormalizedOldEmail).HasMaxLength(256);
        builder.Property(change => change.OldNumber).HasMaxLength(256);
        builder.HasIndex(change => change.PersonId);
        builder.HasIndex(change => change.NormalizedOldEmail);
        builder.HasIndex(change => change.CreatedAt);
    }
}

public static class ContactChanges
{
    /// <summary>The time to record for a change made now.</summary>
    public static async Task<DateTimeOffset> NextChangeAsync(
        this SsoDbContext database, Guid personId, DateTimeOffset now, CancellationToken cancellation)
    {
        var latest = await database.ContactChanges.Where(change => change.PersonId == personId)
            .MaxAsync(change => change.DoneAt, cancellation);
        return latest >= now ? latest.Value.AddMilliseconds(1) : now;
    }

    /// <summary>The new address that awaits confirmation.</summary>
    public static IQueryable<ContactChange> PendingEmail(this SsoDbContext database, Guid personId, DateTimeOffset now)
    {
        var since = now - ContactChange.ConfirmationLifetime;
        return database.ContactChanges.Where(change =>
            change.PersonId == personId && change.Kind == ContactKind.Email && change.DoneAt == null && change.CreatedAt > since);
    }

    /// <summary>
    /// A changed password or address voids earlier requests: links to a new password, and a new address that awaits confirmation.
    /// </summary>
    public static async Task VoidRequestsAsync(this SsoDbContext database, Guid personId, CancellationToken cancellation)
    {
        await database.MailedLinks
            .Where(link => link.PersonId == personId && link.UsedAt == null
                && (link.Purpose == MailedLinkPurpose.ResetPassword || link.Purpose == MailedLinkPurpose.ConfirmEmail))
            .ExecuteDeleteAsync(cancellation);
        await database.ContactChanges.Where(change => change.PersonId == personId && change.DoneAt == null)
            .ExecuteDeleteAsync(cancellation);
    }

    /// <summary>
    /// A changed address voids "it wasn't me" too: those links are in a mailbox that no longer belongs to the account. Links that undo a
    /// change live on.
    /// </summary>
    public static async Task VoidNoticesAsync(this SsoDbContext database, Guid personId, CancellationToken cancellation) =>
        await database.MailedLinks
            .Where(link => link.PersonId == personId && link.UsedAt == null && link.Purpose == MailedLinkPurpose.NotMe)
            .ExecuteDeleteAsync(cancellation);

    /// <summary>User names and addresses share one space of names, and an address that an undo can bring back is not free.</summary>
    public static async Task<bool> IsNameTakenAsync(
        this SsoDbContext database, string normalized, Guid? exceptPersonId, CancellationToken cancellation) =>
        await database.Users.AnyAsync(
            person => (person.NormalizedUserName == normalized || person.NormalizedEmail == normalized) && person.Id != exceptPersonId,
            cancellation)
        || await database.ContactChanges.AnyAsync(
            change => change.NormalizedOldEmail == normalized && change.UndoneAt == null && change.PersonId != exceptPersonId,
            cancellation);
}
