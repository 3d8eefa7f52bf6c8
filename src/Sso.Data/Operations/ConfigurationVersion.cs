using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.Operations;

/// <summary>
/// The one row that every node polls: raised in the transaction of each change of a registration, a key, a brand or a webhook, so nodes
/// reload only then.
/// </summary>
public sealed class ConfigurationVersion
{
    public const int TheOnlyId = 1;

    public required int Id { get; init; }

    public long Clients { get; set; }

    public long Keys { get; set; }

    public long Brands { get; set; }

    public long Webhooks { get; set; }

    /// <summary>When the first administrator was made; no later start offers to make one.</summary>
    public DateTimeOffset? FirstAdministratorAt { get; init; }
}

internal sealed class ConfigurationVersionTable : IEntityTypeConfiguration<ConfigurationVersion>
{
    public void Configure(EntityTypeBuilder<ConfigurationVersion> builder)
    {
        builder.ToTable("ConfigurationVersions");
        builder.Property(version => version.Id).ValueGeneratedNever();
        builder.HasData(new ConfigurationVersion { Id = ConfigurationVersion.TheOnlyId });
    }
}
