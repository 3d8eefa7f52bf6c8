using System.Collections.Immutable;
using Sso.Data.Clients;

namespace Sso.Admin.Clients;

/// <summary>A secret as operators see it, who never see the secret.</summary>
public sealed record SecretView
{
    private SecretView(StoredSecret secret)
    {
        (Fingerprint, Label, ExpiresAt) = (secret.Fingerprint, secret.Label, secret.ExpiresAt);
        (CreatedAt, CreatedBy, LastUsedAt) = (secret.CreatedAt, secret.CreatedBy, secret.LastUsedAt);
    }

    /// <summary>Which of the secrets of its client it is.</summary>
    public string Fingerprint { get; }

    /// <summary>What operators call it.</summary>
    public string? Label { get; }

    /// <summary>Null for one from before this was kept.</summary>
    public DateTimeOffset? CreatedAt { get; }

    /// <summary>As events name an actor; null for an application that registered itself.</summary>
    public string? CreatedBy { get; }

    /// <summary>Null for one that does not end.</summary>
    public DateTimeOffset? ExpiresAt { get; }

    /// <summary>To the hour; null for one that was not used since this is kept.</summary>
    public DateTimeOffset? LastUsedAt { get; }

    public bool HasEnded(DateTimeOffset now) => ExpiresAt <= now;

    /// <summary>The older first.</summary>
    internal static ImmutableArray<SecretView> AllOf(ClientRegistration client) =>
        [.. client.StoredSecrets.Select(secret => new SecretView(secret))];
}
