using Sso.Protocol;

namespace Sso.Data.Operations;

/// <summary>
/// Who signed in and out, by the right password or not, which sessions ended, and which browsers are spared the second factor.
/// </summary>
public sealed partial class SecurityEvent
{
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

    /// <param name="personId">Null if nobody has the name that was typed.</param>
    public static SecurityEvent PasswordResetRequested(DateTimeOffset at, Guid? personId) =>
        new(at, SecurityEventKind.PasswordResetRequested) { PersonId = personId };

    public static SecurityEvent PasswordChanged(DateTimeOffset at, Guid personId) =>
        new(at, SecurityEventKind.PasswordChanged) { PersonId = personId };

    /// <param name="limit">A constant of the caller.</param>
    public static SecurityEvent AddressLimited(DateTimeOffset at, string limit) =>
        new(at, SecurityEventKind.AddressLimited) { Detail = limit };

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
