using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.Operations;

/// <summary>The right to do a piece of background work, held by one node at a time until it runs out.</summary>
public sealed class Lease
{
    public required string Name { get; init; }

    public required string Holder { get; set; }

    public required DateTimeOffset Until { get; set; }
}

internal sealed class LeaseTable : IEntityTypeConfiguration<Lease>
{
    public void Configure(EntityTypeBuilder<Lease> builder)
    {
        builder.ToTable("Leases");
        builder.HasKey(lease => lease.Name);
        builder.Property(lease => lease.Name).HasMaxLength(50);
        builder.Property(lease => lease.Holder).HasMaxLength(100);
    }
}

/// <summary>Taking and renewing a lease.</summary>
public static class Leases
{
    /// <summary>True if this holder now has the lease until <paramref name="now"/> + <paramref name="duration"/>.</summary>
    public static async Task<bool> TryTakeLeaseAsync(
        this SsoDbContext database, string name, string holder, DateTimeOffset now, TimeSpan duration, CancellationToken cancellation)
    {
        var until = now + duration;
        var taken = await database.Leases
            .Where(lease => lease.Name == name && (lease.Holder == holder || lease.Until < now))
            .ExecuteUpdateAsync(
                set => set.SetProperty(lease => lease.Holder, holder).SetProperty(lease => lease.Until, until), cancellation);
        if (taken == 1)
        {
            return true;
        }

        if (await database.Leases.AnyAsync(lease => lease.Name == name, cancellation))
        {
            return false;
        }

        return await database.TryInsertAsync(new Lease { Name = name, Holder = holder, Until = until }, cancellation);
    }

    /// <summary>Writes a row that nobody reads, to find out whether it can be written.</summary>
    public static async Task ProveWritableAsync(
        this SsoDbContext database, string holder, DateTimeOffset now, CancellationToken cancellation)
    {
        const string name = "write-probe";
        var written = await database.Leases.Where(lease => lease.Name == name).ExecuteUpdateAsync(
            set => set.SetProperty(lease => lease.Holder, holder).SetProperty(lease => lease.Until, now), cancellation);
        if (written == 0)
        {
            await database.TryInsertAsync(new Lease { Name = name, Holder = holder, Until = now }, cancellation);
        }
    }
}
