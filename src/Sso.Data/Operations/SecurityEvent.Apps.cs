namespace Sso.Data.Operations;

/// <summary>What applications were granted by their users, what was taken back, and what they were refused.</summary>
public sealed partial class SecurityEvent
{
    /// <summary>In place of a value that was not there.</summary>
    public const string NothingSent = "none sent";

    private const int LongestDetail = 200;

    public static SecurityEvent ConsentGiven(
        DateTimeOffset at, Guid personId, Guid sessionId, string clientId, IEnumerable<string> scopes) =>
        OfScopes(at, SecurityEventKind.ConsentGiven, personId, sessionId, clientId, scopes);

    public static SecurityEvent ConsentRefused(
        DateTimeOffset at, Guid personId, Guid sessionId, string clientId, IEnumerable<string> scopes) =>
        OfScopes(at, SecurityEventKind.ConsentRefused, personId, sessionId, clientId, scopes);

    public static SecurityEvent AppRevoked(DateTimeOffset at, Guid personId, Guid sessionId, string clientId) =>
        new(at, SecurityEventKind.AppRevoked) { PersonId = personId, SessionId = sessionId, ClientId = clientId };

    /// <param name="clientId">Null for one that is not registered, since its name may be a secret typed into the wrong field.</param>
    public static SecurityEvent ClientRefused(DateTimeOffset at, string? clientId, string reason) =>
        new(at, SecurityEventKind.ClientRefused) { ClientId = clientId, Reason = reason };

    public static SecurityEvent GrantRefused(DateTimeOffset at, string clientId, string grantType, string reason) =>
        new(at, SecurityEventKind.GrantRefused) { ClientId = clientId, Detail = grantType, Reason = reason };

    /// <param name="sent">Null if nothing was.</param>
    /// <param name="registered">The one that it resembles most; null if none is registered.</param>
    public static SecurityEvent RedirectUriRefused(DateTimeOffset at, string clientId, string? sent, string? registered) =>
        new(at, SecurityEventKind.RedirectUriRefused)
        {
            ClientId = clientId,
            Detail = sent ?? NothingSent,
            Reason = registered ?? "none registered",
        };

    /// <param name="sent">The value that was refused, printable and cut; null if none was.</param>
    /// <param name="error">The id of the line of errors.</param>
    public static SecurityEvent RequestRefused(DateTimeOffset at, string clientId, string? sent, string error) =>
        new(at, SecurityEventKind.RequestRefused) { ClientId = clientId, Detail = sent, Reason = error };

    public static SecurityEvent CodeReused(DateTimeOffset at, Guid personId, Guid sessionId, string clientId) =>
        new(at, SecurityEventKind.CodeReused) { PersonId = personId, SessionId = sessionId, ClientId = clientId };

    public static SecurityEvent RefreshTokenReused(DateTimeOffset at, Guid personId, Guid sessionId, string clientId) =>
        new(at, SecurityEventKind.RefreshTokenReused) { PersonId = personId, SessionId = sessionId, ClientId = clientId };

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
