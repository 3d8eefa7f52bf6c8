using Sso.Accounts.Actors;
using Sso.Admin;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Protocol;

namespace Sso.Accounts.People;

/// <summary>
/// Sets the id by which a program of the operator knows a person, or takes it away, at the command line: of somebody with a role too, whom
/// no program changes. Recorded like the change of a program.
/// </summary>
public sealed class SetExternalId(SsoDbContext database, ChangePerson change)
{
    /// <param name="who">User name, e-mail address or subject.</param>
    /// <param name="externalId">Null for none.</param>
    /// <param name="cancellation">Stops before anything was written.</param>
    public Task<Result<PersonProfile, Refusal>> ExecuteAsync(string who, string? externalId, CancellationToken cancellation) =>
        database.AllOrNothingAsync<PersonProfile>(
            async () =>
            {
                if (await database.FindPersonAsync(who, cancellation) is not { } found)
                {
                    return OperatorActs.NotFound(who);
                }

                // Before the person, as everywhere; then nobody describes them otherwise while this copies the rest.
                await database.LockNamesAsync(cancellation);
                var person = PersonProfile.Of(await database.LockPersonAsync(found.Id, cancellation));
                return await change.ExecuteAsync(
                    person.Sub, PersonDescription.Of(person) with { ExternalId = externalId }, cancellation);
            },
            cancellation);
}
