namespace Sso.Data.Operations;

/// <summary>Who typed the right password, who a wrong one, and who set another.</summary>
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
}
