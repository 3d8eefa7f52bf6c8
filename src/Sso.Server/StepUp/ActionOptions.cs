namespace Sso.Server.StepUp;

/// <summary>What one named action demands. A member of section <c>Actions</c> of the configuration.</summary>
public sealed record ActionOptions
{
    /// <summary>One of acr_values_supported.</summary>
    public string? Acr { get; init; }

    public TimeSpan? MaxAge { get; init; }

    /// <summary>Identity scopes whose claims userinfo guards by this action.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];
}
