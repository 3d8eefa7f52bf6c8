using System.Collections.Immutable;
using Sso.Data.Webhooks;

namespace Sso.Admin.Webhooks;

/// <summary>An address to tell of security events: the input of <see cref="AddWebhook"/>.</summary>
public sealed record NewWebhook
{
    public required string Url { get; init; }

    /// <summary>Types of events, at least one; <see cref="WebhookType.Everything"/> is all but readings.</summary>
    public ImmutableArray<string> Events { get; init; } = Usual;

    /// <summary>Of whoever names none.</summary>
    public static readonly ImmutableArray<string> Usual = [WebhookType.Everything];
}
