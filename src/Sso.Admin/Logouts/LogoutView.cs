using Sso.Data.Logout;

namespace Sso.Admin.Logouts;

/// <summary>What became of the notice to one application that a session is over, as an operator reads it.</summary>
/// <param name="Session">The id of the session; clients with pairwise subjects know it by a sid of their own.</param>
/// <param name="Outcome">What the latest attempt met; null if it was delivered or not tried yet.</param>
/// <param name="NextAttemptAt">Null once it is over.</param>
public sealed record LogoutView(
    DateTimeOffset EndedAt, string ClientId, string Session, string Person, LogoutNoticeStatus Status, int Attempts, string? Outcome,
    DateTimeOffset? DoneAt, DateTimeOffset? NextAttemptAt)
{
    public static LogoutView Of(LogoutNotice notice) => new(
        notice.CreatedAt,
        notice.ClientId,
        notice.SessionId.ToString("N"),
        notice.PersonId.ToString("N"),
        notice.Status,
        notice.Attempts,
        notice.LastOutcome,
        notice.DoneAt,
        notice.Status == LogoutNoticeStatus.Waiting ? notice.NextAttemptAt : null);
}
