using Microsoft.EntityFrameworkCore;
using Sso.Admin;
using Sso.Data;

namespace Sso.Accounts.People;

/// <summary>The ids that programs of the operator keep with people (RFC 7643 §3.1): one id is one person's.</summary>
internal static class ExternalIds
{
    /// <summary>Null if it is free. Asked while names are locked, so that nobody else takes it meanwhile.</summary>
    public static async Task<Refusal?> RefuseTakenAsync(
        this SsoDbContext database, string? externalId, Guid? exceptPersonId, CancellationToken cancellation) =>
        externalId is not null
        && await database.Users.AnyAsync(person => person.ExternalId == externalId && person.Id != exceptPersonId, cancellation)
            ? Refusal.Taken(
                "external_id", "Another person has this external id.", "Find that person by the id, or send the id that is this person's.")
            : null;
}
