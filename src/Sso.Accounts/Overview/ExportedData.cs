using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sso.Accounts.Overview;

/// <summary>Everything that is held about a person, for that person; nothing with which anybody could sign in.</summary>
internal sealed record ExportedData
{
    public required DateTimeOffset ExportedAt { get; init; }

    public required ExportedProfile Profile { get; init; }

    public required IReadOnlyList<ExportedMethod> Methods { get; init; }

    /// <summary>Changes of address and number that are still kept, because they can be undone.</summary>
    public required IReadOnlyList<ExportedContactChange> ContactChanges { get; init; }

    public required int RecoveryCodesLeft { get; init; }

    public required IReadOnlyList<ExportedSession> Sessions { get; init; }

    public required IReadOnlyList<ExportedDevice> TrustedDevices { get; init; }

    /// <summary>When each browser from which the person signed in was last seen; browsers are known only by a random cookie.</summary>
    public required IReadOnlyList<DateTimeOffset> KnownBrowsersLastSeenAt { get; init; }

    public required IReadOnlyList<ExportedApp> Applications { get; init; }

    /// <summary>Which applications were told that a session of the person was over (Back-Channel Logout §2.5).</summary>
    public required IReadOnlyList<ExportedSignOut> SignOutsTold { get; init; }

    /// <summary>What applications asked the person to allow outside their own window (CIBA Core §7).</summary>
    public required IReadOnlyList<ExportedRequest> Requests { get; init; }

    /// <summary>Links that went out by mail; their secrets are no longer known.</summary>
    public required IReadOnlyList<ExportedLink> MailedLinks { get; init; }

    public required IReadOnlyList<ExportedText> NoticesByText { get; init; }

    public required IReadOnlyList<ExportedEvent> Activity { get; init; }

    /// <summary>A request to replace lost second factors is pending until then.</summary>
    public DateTimeOffset? LostFactorsReplaceableAt { get; init; }

    public DateTimeOffset? DeletionDueAt { get; init; }

    /// <summary>Null for everybody but the operators of this server.</summary>
    public ExportedRole? ConsoleRole { get; init; }
}

/// <param name="Applications">The ids of those that an app manager manages.</param>
internal sealed record ExportedRole(string Role, DateTimeOffset Since, IReadOnlyList<string> Applications);

internal sealed record ExportedProfile
{
    public required string Subject { get; init; }

    public required string UserName { get; init; }

    /// <summary>The id by which a program of the operator knows the person.</summary>
    public string? ExternalId { get; init; }

    public string? Email { get; init; }

    public bool EmailVerified { get; init; }

    public bool HasPassword { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? LastAccessAt { get; init; }

    public string? LastAccessAddress { get; init; }

    /// <summary>The claims of OIDC Core §5.1 that are known, by their names.</summary>
    public required IReadOnlyDictionary<string, string> Claims { get; init; }
}

/// <summary>A second factor or a number for notices: the full number, as it is the person's own; never a seed or a key.</summary>
internal sealed record ExportedMethod(
    string Kind, string? Name, string? Number, bool ForSignIn, bool ForNotices, DateTimeOffset? AddedAt, DateTimeOffset? LastUsedAt);

internal sealed record ExportedContactChange(
    string Kind, DateTimeOffset AskedAt, DateTimeOffset? DoneAt,
    DateTimeOffset? UndoneAt, string? NewEmail, string? OldEmail, string? OldNumber);

internal sealed record ExportedSession(
    DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, DateTimeOffset? SignedInAt,
    DateTimeOffset? EndedAt, string? Address, string? UserAgent);

internal sealed record ExportedDevice(
    DateTimeOffset CreatedAt, DateTimeOffset LastUsedAt, DateTimeOffset ExpiresAt, string? Address, string? UserAgent);

/// <summary>What an application was allowed, by consent or by a sign-in.</summary>
internal sealed record ExportedApp(
    string ClientId, string? Name, IReadOnlyList<string> Scopes, DateTimeOffset Since, DateTimeOffset? EndedAt, bool ByConsent)
{
    /// <summary>Those asked for besides the scopes (OIDC Core §5.5).</summary>
    public IReadOnlyList<string>? Claims { get; init; }

    /// <summary>The APIs for which it was allowed (RFC 8707).</summary>
    public IReadOnlyList<string>? Resources { get; init; }

    /// <summary>The authorization details that were allowed (RFC 9396).</summary>
    public JsonElement? AuthorizationDetails { get; init; }
}

internal sealed record ExportedSignOut(
    string ClientId, string? Name, DateTimeOffset SignedOutAt, string Status, int Attempts, DateTimeOffset? DoneAt);

internal sealed record ExportedRequest(
    string ClientId, string? Name, DateTimeOffset AskedAt, DateTimeOffset ExpiresAt, DateTimeOffset? AllowedAt, DateTimeOffset? RefusedAt);

internal sealed record ExportedLink(string Purpose, DateTimeOffset SentAt, DateTimeOffset ExpiresAt, DateTimeOffset? UsedAt);

internal sealed record ExportedText(string What, DateTimeOffset AskedAt, string Status);

internal sealed record ExportedEvent(
    DateTimeOffset At, string What, string? Detail, string? Reason, string? Changes, string? Application, string? Address)
{
    /// <summary>By which methods, in the order of their proofs.</summary>
    public IReadOnlyList<string>? Methods { get; init; }

    public string? Browser { get; init; }

    public string? System { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true)]
[JsonSerializable(typeof(ExportedData))]
internal sealed partial class ExportJson : JsonSerializerContext;
