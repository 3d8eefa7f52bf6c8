namespace Sso.Server.Operations;

/// <summary>How long the record of security events is kept. Section <c>Audit</c> of the configuration.</summary>
public sealed record AuditOptions
{
    public TimeSpan KeepEvents { get; init; } = TimeSpan.FromDays(730);

    /// <summary>The addresses in them.</summary>
    public TimeSpan KeepAddresses { get; init; } = TimeSpan.FromDays(90);

    public string? Problem => this switch
    {
        { KeepEvents.TotalDays: < 30 or > 3650 } => "Audit:KeepEvents must lie between 30.00:00:00 and 3650.00:00:00.",
        { KeepAddresses.TotalDays: < 1 } => "Audit:KeepAddresses must be 1.00:00:00 or more.",
        _ => null,
    };
}
