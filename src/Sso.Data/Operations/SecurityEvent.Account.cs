using Sso.Data.People;
using Sso.Protocol;

namespace Sso.Data.Operations;

/// <summary>What owners, and whoever holds their mailbox, do to an account.</summary>
public sealed partial class SecurityEvent
{
    /// <param name="sessionId">Null for the link of a notice.</param>
    public static SecurityEvent AccountSecured(DateTimeOffset at, Guid personId, Guid? sessionId) =>
        new(at, SecurityEventKind.AccountSecured) { PersonId = personId, SessionId = sessionId };

    public static SecurityEvent EmailChangeRequested(DateTimeOffset at, Guid personId, Guid sessionId) =>
        new(at, SecurityEventKind.EmailChangeRequested) { PersonId = personId, SessionId = sessionId };

    public static SecurityEvent EmailChanged(DateTimeOffset at, Guid personId) =>
        new(at, SecurityEventKind.EmailChanged) { PersonId = personId };

    public static SecurityEvent NumberChanged(DateTimeOffset at, Guid personId, Guid sessionId) =>
        OfMethod(at, SecurityEventKind.NumberChanged, personId, sessionId, clientId: null, ProofMethod.TextMessage);

    public static SecurityEvent ContactsChanged(DateTimeOffset at, Guid personId, Guid sessionId) =>
        OfMethod(at, SecurityEventKind.ContactsChanged, personId, sessionId, clientId: null, ProofMethod.TextMessage);

    /// <param name="undone">The change whose link was used; all later ones go with it.</param>
    public static SecurityEvent ContactsRestored(DateTimeOffset at, Guid personId, ContactKind undone) =>
        new(at, SecurityEventKind.ContactsRestored) { PersonId = personId, Detail = undone.ToString() };

    public static SecurityEvent DataExported(DateTimeOffset at, Guid personId, Guid sessionId) =>
        new(at, SecurityEventKind.DataExported) { PersonId = personId, SessionId = sessionId };

    public static SecurityEvent DeletionRequested(DateTimeOffset at, Guid personId, Guid sessionId) =>
        new(at, SecurityEventKind.DeletionRequested) { PersonId = personId, SessionId = sessionId, Detail = "in the account area" };

    /// <param name="sessionId">Null for the link in the mail.</param>
    public static SecurityEvent DeletionCalledOff(DateTimeOffset at, Guid personId, Guid? sessionId) =>
        new(at, SecurityEventKind.DeletionCalledOff)
        {
            PersonId = personId,
            SessionId = sessionId,
            Detail = sessionId is null ? "by mail" : "in the account area",
        };

    public static SecurityEvent PersonDeleted(DateTimeOffset at, Guid personId, string because) =>
        new(at, SecurityEventKind.PersonDeleted) { PersonId = personId, Detail = because };
}
