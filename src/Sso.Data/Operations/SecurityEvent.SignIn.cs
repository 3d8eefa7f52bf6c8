using Sso.Protocol;

namespace Sso.Data.Operations;

/// <summary>Who proved what, who failed to, and what applications were granted.</summary>
public sealed partial class SecurityEvent
{
    /// <param name="address">The address of the browser, which is known here before it is stamped.</param>
    /// <param name="methods">In the order of their proofs.</param>
    public static SecurityEvent SignedIn(
        DateTimeOffset at, Guid personId, Guid sessionId, string clientId, string? address, IEnumerable<ProofMethod> methods) =>
        new(at, SecurityEventKind.SignedIn)
        {
            PersonId = personId,
            SessionId = sessionId,
            ClientId = clientId,
            Address = address,
            Methods = ProvedMethods.Of(methods),
        };

    public static SecurityEvent SignedOut(DateTimeOffset at, Guid personId, Guid sessionId) =>
        new(at, SecurityEventKind.SignedOut) { PersonId = personId, SessionId = sessionId };

    public static SecurityEvent PasswordProved(DateTimeOffset at, Guid personId, Guid sessionId, string clientId) =>
        new(at, SecurityEventKind.PasswordProved) { PersonId = personId, SessionId = sessionId, ClientId = clientId };

    /// <summary>At the sign-in page. No session remembers a stranger's browser, so the event does.</summary>
    /// <param name="personId">Null if nobody has the name.</param>
    /// <param name="device">The browser that it came from, as far as it is known.</param>
    public static SecurityEvent PasswordFailed(
        DateTimeOffset at, Guid? personId, string clientId, string reason, (string? Browser, string? System) device) =>
        new(at, SecurityEventKind.PasswordFailed)
        {
            PersonId = personId,
            ClientId = clientId,
            Reason = reason,
            Browser = device.Browser,
            BrowserSystem = device.System,
        };

    /// <summary>By somebody who is signed in and wants to change it.</summary>
    public static SecurityEvent CurrentPasswordFailed(DateTimeOffset at, Guid personId) =>
        new(at, SecurityEventKind.PasswordFailed) { PersonId = personId };

    /// <summary>Also a passkey with which a sign-in began; a recovery code has an event of its own.</summary>
    public static SecurityEvent SecondFactorProved(
        DateTimeOffset at, Guid personId, Guid sessionId, string clientId, ProofMethod method) =>
        OfMethod(at, SecurityEventKind.SecondFactorProved, personId, sessionId, clientId, method);

    public static SecurityEvent RecoveryCodeUsed(DateTimeOffset at, Guid personId, Guid sessionId, string clientId) =>
        OfMethod(at, SecurityEventKind.RecoveryCodeUsed, personId, sessionId, clientId, ProofMethod.RecoveryCode);

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

    /// <param name="method">The new one, in the place of all others.</param>
    public static SecurityEvent FactorsReplaced(
        DateTimeOffset at, Guid personId, Guid sessionId, string clientId, ProofMethod method) =>
        OfMethod(at, SecurityEventKind.FactorsReplaced, personId, sessionId, clientId, method);

    /// <summary>By somebody who has proved the password.</summary>
    public static SecurityEvent LostFactorReported(DateTimeOffset at, Guid personId, Guid sessionId, string clientId) =>
        OfMethod(at, SecurityEventKind.LostFactorReported, personId, sessionId, clientId, ProofMethod.Password);

    /// <summary>By whoever holds the mailbox.</summary>
    public static SecurityEvent LostFactorLinkUsed(DateTimeOffset at, Guid personId) =>
        new(at, SecurityEventKind.LostFactorLinkUsed) { PersonId = personId, Detail = "mailbox" };

    public static SecurityEvent LostFactorStopped(DateTimeOffset at, Guid personId, string because) =>
        new(at, SecurityEventKind.LostFactorStopped) { PersonId = personId, Detail = because };

    public static SecurityEvent DeviceTrusted(DateTimeOffset at, Guid personId) =>
        new(at, SecurityEventKind.DeviceTrusted) { PersonId = personId };

    public static SecurityEvent DeviceForgotten(DateTimeOffset at, Guid personId) =>
        new(at, SecurityEventKind.DeviceForgotten) { PersonId = personId };

    public static SecurityEvent DeviceCopied(DateTimeOffset at, Guid personId) =>
        new(at, SecurityEventKind.DeviceCopied) { PersonId = personId };

    public static SecurityEvent ConsentGiven(
        DateTimeOffset at, Guid personId, Guid sessionId, string clientId, IEnumerable<string> scopes) =>
        OfScopes(at, SecurityEventKind.ConsentGiven, personId, sessionId, clientId, scopes);

    public static SecurityEvent ConsentRefused(
        DateTimeOffset at, Guid personId, Guid sessionId, string clientId, IEnumerable<string> scopes) =>
        OfScopes(at, SecurityEventKind.ConsentRefused, personId, sessionId, clientId, scopes);

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

    private static SecurityEvent OfScopes(
        DateTimeOffset at, SecurityEventKind kind, Guid personId, Guid sessionId, string clientId, IEnumerable<string> scopes)
    {
        var told = string.Join(' ', scopes.Order(StringComparer.Ordinal));
        return new(at, kind)
        {
            PersonId = personId,
            SessionId = sessionId,
            ClientId = clientId,
            Detail = told.Length <= LongestDetail ? told : told[..LongestDetail],
        };
    }
}
