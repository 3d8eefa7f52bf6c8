namespace Sso.Server.StepUp;

/// <summary>The section <c>Actions</c> of the configuration, by name of the action.</summary>
internal sealed record ActionSettings
{
    public IReadOnlyDictionary<string, ActionOptions> Actions { get; init; } = new Dictionary<string, ActionOptions>();
}

/// <summary>What one named action demands.</summary>
internal sealed record ActionOptions
{
    /// <summary>One of acr_values_supported.</summary>
    public string? Acr { get; init; }

    public TimeSpan? MaxAge { get; init; }

    /// <summary>Identity scopes whose claims userinfo guards with this action.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];
}
