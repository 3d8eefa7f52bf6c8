using Sso.Protocol;

namespace Sso.Data.Operations;

/// <summary>Who signed in and out, which sessions ended, and which browsers are spared the second factor.</summary>
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

    /// <param name="endedId">The session that was ended, not the one in which it was done.</param>
    public static SecurityEvent SessionEnded(DateTimeOffset at, Guid personId, Guid endedId) =>
        new(at, SecurityEventKind.SessionEnded) { PersonId = personId, SessionId = endedId };

    /// <param name="keptId">The session in which it was done.</param>
    public static SecurityEvent OtherSessionsEnded(DateTimeOffset at, Guid personId, Guid keptId) =>
        new(at, SecurityEventKind.SessionEnded) { PersonId = personId, SessionId = keptId, Detail = "all others" };

    public static SecurityEvent DeviceTrusted(DateTimeOffset at, Guid personId) =>
        new(at, SecurityEventKind.DeviceTrusted) { PersonId = personId };

    public static SecurityEvent DeviceForgotten(DateTimeOffset at, Guid personId) =>
        new(at, SecurityEventKind.DeviceForgotten) { PersonId = personId };

    public static SecurityEvent DeviceCopied(DateTimeOffset at, Guid personId) =>
        new(at, SecurityEventKind.DeviceCopied) { PersonId = personId };
}
