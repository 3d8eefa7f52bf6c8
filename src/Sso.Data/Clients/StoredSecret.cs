using System.Collections.Immutable;
using Sso.Protocol.Clients;

namespace Sso.Data.Clients;

/// <summary>One of the two secrets that a client can have, with what its operators want to know of it.</summary>
/// <param name="Hash">SHA-256: nobody can read the secret again.</param>
/// <param name="Sealed">The secret itself, sealed, for a client that signs with it (client_secret_jwt); otherwise null.</param>
/// <param name="ExpiresAt">Null for one that does not end.</param>
public sealed record StoredSecret(byte[] Hash, byte[]? Sealed, DateTimeOffset? ExpiresAt)
{
    public const int LongestLabel = 60;
    public const int LongestActor = 100;

    /// <summary>So often at most its use is written down.</summary>
    public static readonly TimeSpan UseInterval = TimeSpan.FromHours(1);

    /// <summary>What operators call it.</summary>
    public string? Label { get; init; }

    /// <summary>Null for one from before this was kept.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Who made it, as events name an actor; null for an application that registered itself.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>To the hour; null for one that was not used since this is kept.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>So many days before its end the operators were last told of it; null if they were not.</summary>
    public int? AlertedDays { get; init; }

    /// <summary>The days before an end at which its operators are told, the nearest first.</summary>
    public static readonly ImmutableArray<int> AlertDays = [1, 7, 30];

    /// <summary>The one that is reached with so much life left; null if none is yet.</summary>
    public static int? AlertAt(TimeSpan left) => AlertDays.Where(days => left <= TimeSpan.FromDays(days)).Cast<int?>().FirstOrDefault();

    public string Fingerprint => ClientSecret.FingerprintOf(Hash);

    public bool HasEnded(DateTimeOffset now) => ExpiresAt <= now;

    /// <summary>By default a record would print what it holds.</summary>
    public override string ToString() => "(client secret)";
}
