namespace Sso.Server.Operations;

/// <summary>How long the record of security events is kept. Section <c>Audit</c> of the configuration.</summary>
internal sealed record AuditOptions
{
    public TimeSpan KeepEvents { get; init; } = TimeSpan.FromDays(730);

    /// <summary>How long the addresses in it are kept.</summary>
    public TimeSpan KeepAddresses { get; init; } = TimeSpan.FromDays(90);
}
