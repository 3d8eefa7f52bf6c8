using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sso.Data.Operations;
using Sso.Data.People;

namespace Sso.Data.Administrators;

/// <summary>A person who may use the console, and in which role.</summary>
public sealed class Administrator
{
    public required Guid PersonId { get; init; }

    public required AdministratorRole Role { get; set; }

    /// <summary>When this role was given, which is not when the first one was.</summary>
    public required DateTimeOffset CreatedAt { get; set; }

    /// <summary>Who gave it, as events name an actor.</summary>
    public required string CreatedBy { get; set; }
}

/// <summary>Stored by number: append only. What each may do is a table of the code that decides it.</summary>
public enum AdministratorRole
{
    Owner = 0,
    Security = 1,

    /// <summary>Its own applications only, see <see cref="ManagedClient"/>.</summary>
    AppManager = 2,
    HelpDesk = 3,

    /// <summary>Reads, and changes nothing.</summary>
    Auditor = 4,
}

/// <summary>An application that belongs to an administrator whose role reaches no further than that.</summary>
public sealed class ManagedClient
{
    public required Guid PersonId { get; init; }

    public required string ClientId { get; init; }
}

internal sealed class AdministratorTable : IEntityTypeConfiguration<Administrator>
{
    public void Configure(EntityTypeBuilder<Administrator> builder)
    {
        builder.ToTable("Administrators");
        builder.HasKey(administrator => administrator.PersonId);
        builder.Property(administrator => administrator.PersonId).ValueGeneratedNever();
        builder.Property(administrator => administrator.CreatedBy).HasMaxLength(100);
    }
}

internal sealed class ManagedClientTable : IEntityTypeConfiguration<ManagedClient>
{
    public void Configure(EntityTypeBuilder<ManagedClient> builder)
    {
        builder.ToTable("ManagedClients");
        builder.HasKey(managed => new { managed.PersonId, managed.ClientId });
        builder.Property(managed => managed.ClientId).HasMaxLength(Clients.ClientRegistration.LongestId);
        builder.HasIndex(managed => managed.ClientId);
    }
}

/// <summary>Who holds the rights of an installation.</summary>
public static class AdministratorQueries
{
    /// <summary>
    /// True once only, whatever becomes of the administrators later: otherwise whoever can remove the only one could make themselves the
    /// next by a start of the server.
    /// </summary>
    public static async Task<bool> TryBecomeFirstAsync(this SsoDbContext database, DateTimeOffset now, CancellationToken cancellation) =>
        await database.ConfigurationVersions
            .Where(row => row.Id == ConfigurationVersion.TheOnlyId && row.FirstAdministratorAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.FirstAdministratorAt, now), cancellation) == 1;

    /// <summary>There has never been one.</summary>
    public static Task<bool> AwaitsFirstAdministratorAsync(this SsoDbContext database, CancellationToken cancellation) =>
        database.ConfigurationVersions.AnyAsync(
            row => row.Id == ConfigurationVersion.TheOnlyId && row.FirstAdministratorAt == null, cancellation);

    /// <summary>
    /// True if this is an owner and nobody else is one who will stay: not disabled, and not about to be deleted. Takes the lock of names
    /// first, so that two owners cannot go at once, each because of the other. To be called inside the transaction that writes.
    /// </summary>
    public static async Task<bool> IsLastOwnerAsync(this SsoDbContext database, Guid personId, CancellationToken cancellation)
    {
        await database.LockNamesAsync(cancellation);
        return await database.Administrators.AnyAsync(
            row => row.PersonId == personId && row.Role == AdministratorRole.Owner, cancellation)
            && !await database.Administrators.AnyAsync(
                row => row.PersonId != personId && row.Role == AdministratorRole.Owner
                    && database.Users.Any(person => person.Id == row.PersonId && person.DisabledAt == null)
                    && !database.AccountDeletions.Any(deletion => deletion.PersonId == row.PersonId),
                cancellation);
    }

    /// <summary>Who is told by mail how the installation stands: owners, and those who look after its security.</summary>
    public static IQueryable<Person> Operators(this SsoDbContext database) => database.Users.Where(person => person.DisabledAt == null
        && database.Administrators.Any(row =>
            row.PersonId == person.Id && (row.Role == AdministratorRole.Owner || row.Role == AdministratorRole.Security)));

    /// <summary>
    /// The person no longer has any role, and what they proposed is off. To be called inside the transaction of its cause.
    /// </summary>
    public static async Task RemoveRoleAsync(this SsoDbContext database, Guid personId, CancellationToken cancellation)
    {
        await database.ManagedClients.Where(row => row.PersonId == personId).ExecuteDeleteAsync(cancellation);
        await database.DropProposalsOfAsync(personId, cancellation);
        await database.Administrators.Where(row => row.PersonId == personId).ExecuteDeleteAsync(cancellation);
    }
}
