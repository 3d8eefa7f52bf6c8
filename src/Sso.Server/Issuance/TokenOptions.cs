namespace Sso.Server.Issuance;

/// <summary>Token lifetimes. Section <c>Tokens</c> of the configuration.</summary>
internal sealed record TokenOptions
{
    public TimeSpan AccessTokenLifetime { get; init; } = TimeSpan.FromMinutes(10);

    public TimeSpan IdTokenLifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>An unused refresh token ends after this.</summary>
    public TimeSpan RefreshTokenIdle { get; init; } = TimeSpan.FromDays(14);

    /// <summary>A grant ends after this however often it is used.</summary>
    public TimeSpan RefreshTokenAbsolute { get; init; } = TimeSpan.FromDays(30);
}
