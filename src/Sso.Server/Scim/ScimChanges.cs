using Sso.Accounts.People;
using Sso.Admin;
using Sso.Server.Api;
using Sso.Server.Http;

namespace Sso.Server.Scim;

/// <summary>Describes a person anew and opens or closes their account, both or neither.</summary>
internal sealed class ScimChanges(SeenPerson people, ChangePerson change, DisablePerson disable, EnablePerson enable)
{
    /// <param name="id">Whom it is about.</param>
    /// <param name="seen">As the caller has seen them.</param>
    /// <param name="read">What is wanted, given how they are now.</param>
    /// <param name="cancellation">Stops before anything was written.</param>
    public async Task<Result<PersonProfile, ApiError>> ExecuteAsync(
        string id, SeenTags seen, Func<PersonProfile, Result<ScimWish, ApiError>> read, CancellationToken cancellation)
    {
        ApiError? flaw = null;
        var outcome = await people.ActAsync<PersonProfile>(
            id,
            person => seen.Include(person.Version()),
            async person =>
            {
                if (read(person).Failed(out flaw, out var wish))
                {
                    return Refusal.Invalid(new FieldProblem("body", flaw.Detail, ""));
                }

                return await ApplyAsync(person, wish, cancellation);
            },
            cancellation);
        return outcome.Failed(out var refusal, out var changed) ? flaw ?? refusal.AsError() : changed;
    }

    private async Task<Result<PersonProfile, Refusal>> ApplyAsync(PersonProfile person, ScimWish wish, CancellationToken cancellation)
    {
        var described = await change.ExecuteAsync(person.UserName, wish.Description, cancellation);
        // Somebody who has left must not keep an account because of a time zone.
        if (described.Failed(out var refusal, out _) && wish.Active != false)
        {
            return refusal;
        }

        var isOpen = person.DisabledAt is null;
        if (wish.Active is not { } active || active == isOpen)
        {
            return person;
        }

        var turned = active
            ? await enable.ExecuteAsync(person.UserName, cancellation)
            : await disable.ExecuteAsync(person.UserName, cancellation);
        return turned.Failed(out refusal, out _) ? refusal : person;
    }
}
