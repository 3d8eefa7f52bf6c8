using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.People;

/// <summary>A link sent by mail: 256 random bits, of which only the hash is here, for one person and one purpose, good once.</summary>
public sealed class MailedLink
{
    /// <summary>SHA-256 of the link's secret.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>In a row written for nobody, an id that no person has, see <see cref="NobodyNamed"/>.</summary>
    public required Guid PersonId { get; init; }

    public required MailedLinkPurpose Purpose { get; init; }

    /// <summary>The change that the link confirms or undoes.</summary>
    public Guid? ChangeId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? UsedAt { get; private set; }

    public static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>
    /// The stand-in person of a row written for nobody: each name has its own, so that a later request finds as many earlier rows as it
    /// would for a person, and no two visitors wait for each other.
    /// </summary>
    public static Guid NobodyNamed(string typed) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes("nobody:" + SignInName.Normalize(typed))).AsSpan(0, 16));

    public static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}

public enum MailedLinkPurpose
{
    ResetPassword = 0,
    NotMe = 1,

    /// <summary>Ends a request to replace lost second factors.</summary>
    StopRecovery = 2,

    /// <summary>Leads to the new second factor after the wait.</summary>
    OpenRecovery = 3,

    /// <summary>Proves a new address.</summary>
    ConfirmEmail = 4,

    /// <summary>Undoes a change of address or number.</summary>
    UndoChange = 5,

    /// <summary>Calls the deletion of the account off.</summary>
    KeepAccount = 6,

    /// <summary>Makes the first administrator. Not mailed but printed at the start, to whoever runs the server.</summary>
    FirstAdministrator = 7,
}

internal sealed class MailedLinkTable : IEntityTypeConfiguration<MailedLink>
{
    public void Configure(EntityTypeBuilder<MailedLink> builder)
    {
        builder.ToTable("MailedLinks");
        builder.HasKey(link => link.Hash);
        builder.Property(link => link.Hash).HasMaxLength(32).IsFixedLength();
        builder.HasIndex(link => new { link.PersonId, link.Purpose });
        builder.HasIndex(link => link.ExpiresAt);
    }
}

/// <summary>Writing, finding and using links. A link that is past its life, used, or for another purpose counts as none.</summary>
public static class MailedLinks
{
    /// <summary>Adds the row of a new link to the context and returns the secret, of which the row holds only a hash.</summary>
    public static string AddLink(
        this SsoDbContext database, Guid personId, MailedLinkPurpose purpose, TimeSpan life, DateTimeOffset now, Guid? changeId)
    {
        var secret = MailedLink.NewSecret();
        database.MailedLinks.Add(new MailedLink
        {
            Hash = MailedLink.HashOf(secret),
            PersonId = personId,
            Purpose = purpose,
            ChangeId = changeId,
            CreatedAt = now,
            ExpiresAt = now + life,
        });
        return secret;
    }

    /// <summary>
    /// The person of a valid link. It stays valid, because mail scanners open links too: <see cref="TryUseAsync"/> uses it up, with what
    /// the person then asks for.
    /// </summary>
    public static Task<Person?> FindOwnerAsync(
        this SsoDbContext database, string? secret, MailedLinkPurpose purpose, DateTimeOffset now, CancellationToken cancellation)
    {
        var hash = MailedLink.HashOf(secret ?? "");
        return (
            from link in database.MailedLinks.AsNoTracking()
            join person in database.Users on link.PersonId equals person.Id
            where link.Hash == hash && link.Purpose == purpose && link.UsedAt == null && link.ExpiresAt > now && person.DisabledAt == null
            select person).SingleOrDefaultAsync(cancellation);
    }

    /// <summary>The change of a valid link, with its person; it stays valid too.</summary>
    public static async Task<(Person Person, ContactChange Change)?> FindChangeAsync(
        this SsoDbContext database, string? secret, MailedLinkPurpose purpose, DateTimeOffset now, CancellationToken cancellation)
    {
        var hash = MailedLink.HashOf(secret ?? "");
        var found = await (
            from link in database.MailedLinks
            join change in database.ContactChanges on link.ChangeId equals change.Id
            join person in database.Users on link.PersonId equals person.Id
            where link.Hash == hash && link.Purpose == purpose && link.UsedAt == null && link.ExpiresAt > now && person.DisabledAt == null
                && change.UndoneAt == null
            select new { person, change }).AsNoTracking().SingleOrDefaultAsync(cancellation);
        return found is null ? null : (found.person, found.change);
    }

    /// <summary>A newer link to a new password voids the older ones. Inside the transaction of its cause.</summary>
    public static Task VoidPasswordLinksAsync(this SsoDbContext database, Guid personId, CancellationToken cancellation) =>
        database.MailedLinks
            .Where(link => link.PersonId == personId && link.Purpose == MailedLinkPurpose.ResetPassword && link.UsedAt == null)
            .ExecuteDeleteAsync(cancellation);

    /// <summary>Until when somebody can still use a link to a new password; whoever has none is left out.</summary>
    public static async Task<IReadOnlyDictionary<Guid, DateTimeOffset>> PasswordLinksAsync(
        this SsoDbContext database, IReadOnlyCollection<Guid> people, DateTimeOffset now, CancellationToken cancellation)
    {
        if (people.Count == 0)
        {
            return new Dictionary<Guid, DateTimeOffset>();
        }

        var links = await database.MailedLinks.AsNoTracking()
            .Where(link => people.Contains(link.PersonId) && link.Purpose == MailedLinkPurpose.ResetPassword && link.UsedAt == null
                && link.ExpiresAt > now)
            .Select(link => new { link.PersonId, link.ExpiresAt }).ToListAsync(cancellation);
        return links.GroupBy(link => link.PersonId).ToDictionary(own => own.Key, own => own.Max(link => link.ExpiresAt));
    }

    /// <summary>True for the one request on any node that uses it first.</summary>
    public static async Task<bool> TryUseAsync(
        this SsoDbContext database, string secret, MailedLinkPurpose purpose, DateTimeOffset now, CancellationToken cancellation)
    {
        var hash = MailedLink.HashOf(secret);
        return await database.MailedLinks
            .Where(link => link.Hash == hash && link.Purpose == purpose && link.UsedAt == null && link.ExpiresAt > now)
            .ExecuteUpdateAsync(set => set.SetProperty(link => link.UsedAt, now), cancellation) == 1;
    }
}
