using Sso.Protocol;

namespace Sso.Data.Operations;

/// <summary>Second factors: proved, enrolled, lost and removed.</summary>
public sealed partial class SecurityEvent
{
    /// <summary>Also a passkey with which a sign-in began; a recovery code has an event of its own.</summary>
    public static SecurityEvent SecondFactorProved(
        DateTimeOffset at, Guid personId, Guid sessionId, string clientId, ProofMethod method) =>
        OfMethod(at, SecurityEventKind.SecondFactorProved, personId, sessionId, clientId, method);

    public static SecurityEvent SecondFactorFailed(
        DateTimeOffset at, Guid personId, Guid sessionId, string clientId, ProofMethod method, string reason) =>
        OfMethod(at, SecurityEventKind.SecondFactorFailed, personId, sessionId, clientId, method, reason);

    /// <param name="personId">Null if it is not known whose it was.</param>
    public static SecurityEvent PasskeyFailed(DateTimeOffset at, Guid? personId, string clientId, string reason) =>
        OfMethod(at, SecurityEventKind.PasskeyFailed, personId, sessionId: null, clientId, ProofMethod.Passkey, reason);

    /// <param name="clientId">Null for a number of the account that is used for sign-in from now on.</param>
    public static SecurityEvent SecondFactorEnrolled(
        DateTimeOffset at, Guid personId, Guid sessionId, string? clientId, ProofMethod method) =>
        OfMethod(at, SecurityEventKind.SecondFactorEnrolled, personId, sessionId, clientId, method);

    public static SecurityEvent SecondFactorRemoved(DateTimeOffset at, Guid personId, Guid sessionId, ProofMethod method) =>
        OfMethod(at, SecurityEventKind.SecondFactorRemoved, personId, sessionId, clientId: null, method);

    public static SecurityEvent TwoFactorDisabled(DateTimeOffset at, Guid personId, Guid sessionId) =>
        new(at, SecurityEventKind.TwoFactorDisabled) { PersonId = personId, SessionId = sessionId };

    public static SecurityEvent RecoveryCodesCreated(DateTimeOffset at, Guid personId, Guid sessionId) =>
        new(at, SecurityEventKind.RecoveryCodesCreated) { PersonId = personId, SessionId = sessionId };

    public static SecurityEvent RecoveryCodeUsed(DateTimeOffset at, Guid personId, Guid sessionId, string clientId) =>
        OfMethod(at, SecurityEventKind.RecoveryCodeUsed, personId, sessionId, clientId, ProofMethod.RecoveryCode);

    /// <summary>By somebody who has proved the password.</summary>
    public static SecurityEvent LostFactorReported(DateTimeOffset at, Guid personId, Guid sessionId, string clientId) =>
        OfMethod(at, SecurityEventKind.LostFactorReported, personId, sessionId, clientId, ProofMethod.Password);

    /// <summary>By whoever holds the mailbox.</summary>
    public static SecurityEvent LostFactorLinkUsed(DateTimeOffset at, Guid personId) =>
        new(at, SecurityEventKind.LostFactorLinkUsed) { PersonId = personId, Detail = "mailbox" };

    public static SecurityEvent LostFactorStopped(DateTimeOffset at, Guid personId, string because) =>
        new(at, SecurityEventKind.LostFactorStopped) { PersonId = personId, Detail = because };

    /// <param name="method">The new one, in the place of all others.</param>
    public static SecurityEvent FactorsReplaced(
        DateTimeOffset at, Guid personId, Guid sessionId, string clientId, ProofMethod method) =>
        OfMethod(at, SecurityEventKind.FactorsReplaced, personId, sessionId, clientId, method);

    private static SecurityEvent OfMethod(
        DateTimeOffset at, SecurityEventKind kind, Guid? personId, Guid? sessionId, string? clientId, ProofMethod method,
        string? reason = null) =>
        new(at, kind)
        {
            PersonId = personId,
            SessionId = sessionId,
            ClientId = clientId,
            Method = method,
            Reason = reason,
        };
}
