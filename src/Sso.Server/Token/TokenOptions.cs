namespace Sso.Server.Token;

/// <summary>Token lifetimes. Section <c>Tokens</c> of the configuration.</summary>
public sealed record TokenOptions
{
    public TimeSpan AccessTokenLifetime { get; init; } = TimeSpan.FromMinutes(10);

    public TimeSpan IdTokenLifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>An unused refresh token ends after this.</summary>
    public TimeSpan RefreshTokenIdle { get; init; } = TimeSpan.FromDays(14);

    /// <summary>A grant ends after this however often it is used.</summary>
    public TimeSpan RefreshTokenAbsolute { get; init; } = TimeSpan.FromDays(30);

    public string? Problem => this switch
    {
        { AccessTokenLifetime.TotalSeconds: < 10 or > 3600 } => "Tokens:AccessTokenLifetime must lie between 00:00:10 and 01:00:00.",
        { IdTokenLifetime.TotalSeconds: < 10 or > 3600 } => "Tokens:IdTokenLifetime must lie between 00:00:10 and 01:00:00.",
        { RefreshTokenIdle.TotalHours: < 1 } => "Tokens:RefreshTokenIdle must be one hour or more.",
        _ when RefreshTokenAbsolute < RefreshTokenIdle || RefreshTokenAbsolute > TimeSpan.FromDays(365) =>
            "Tokens:RefreshTokenAbsolute must lie between Tokens:RefreshTokenIdle and 365 days.",
        _ => null,
    };
}
