using System.Collections.Immutable;
using Sso.Accounts.Audit;
using Sso.Data.Operations;
using Sso.Protocol;

namespace Sso.Accounts.People;

/// <summary>A security event as operators read it.</summary>
/// <param name="Methods">How it was proved, or which was added or removed; in the order of the proofs.</param>
/// <param name="ClientId">The application; null for the account area.</param>
/// <param name="Reason">Why it was refused; null for a success.</param>
/// <param name="Detail">What there is to say beside the others.</param>
/// <param name="Actor">Who did it if that was not the owner.</param>
/// <param name="ActorName">The user name of an administrator who did it.</param>
/// <param name="RequestId">The code of the request, which the page of an error shows and the log has.</param>
public sealed record PersonEventView(
    DateTimeOffset At, SecurityEventKind Kind, ImmutableArray<ProofMethod> Methods, string? ClientId, string? Address, string? Reason,
    string? Detail, string? Actor, string? ActorName, string? RequestId)
{
    internal static PersonEventView Of(SecurityEvent item, EventNames names)
    {
        var facts = EventFacts.Of(item);
        return new(
            item.At, item.Kind, [.. facts.Methods], item.ClientId, item.Address, item.Reason, facts.Detail, item.Actor,
            names.OfActor(item), item.RequestId);
    }
}
