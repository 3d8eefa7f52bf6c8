namespace Sso.Data.Operations;

/// <summary>What applications were granted by their users, and what was taken back.</summary>
public sealed partial class SecurityEvent
{
    private const int LongestDetail = 200;

    public static SecurityEvent ConsentGiven(
        DateTimeOffset at, Guid personId, Guid sessionId, string clientId, IEnumerable<string> scopes) =>
        OfScopes(at, SecurityEventKind.ConsentGiven, personId, sessionId, clientId, scopes);

    public static SecurityEvent ConsentRefused(
        DateTimeOffset at, Guid personId, Guid sessionId, string clientId, IEnumerable<string> scopes) =>
        OfScopes(at, SecurityEventKind.ConsentRefused, personId, sessionId, clientId, scopes);

    public static SecurityEvent AppRevoked(DateTimeOffset at, Guid personId, Guid sessionId, string clientId) =>
        new(at, SecurityEventKind.AppRevoked) { PersonId = personId, SessionId = sessionId, ClientId = clientId };

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
