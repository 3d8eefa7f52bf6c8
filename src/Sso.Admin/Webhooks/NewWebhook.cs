using System.Collections.Immutable;

namespace Sso.Admin.Webhooks;

/// <summary>An address to tell of security events: the input of <see cref="AddWebhook"/>.</summary>
public sealed record NewWebhook
{
    public required string Url { get; init; }

    /// <summary>Types of events; none means all.</summary>
    public ImmutableArray<string> Events { get; init; } = [];
}
