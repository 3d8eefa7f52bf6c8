using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Admin;
using Sso.Accounts.People;
using Sso.Data;
using Sso.Data.Administrators;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Protocol;

namespace Sso.Accounts.Administrators;

/// <summary>Gives a person a role, or another one. The applications of an app manager are given with it.</summary>
public sealed class GrantRole(SsoDbContext database, TimeProvider clock)
{
    /// <param name="who">User name, e-mail address or subject.</param>
    /// <param name="role">In place of the former one.</param>
    /// <param name="applications">All that an app manager looks after; null leaves them as they are.</param>
    /// <param name="by">Who gives it.</param>
    /// <param name="cancellation">Stops before anything was written.</param>
    public Task<Result<PersonView, Refusal>> ExecuteAsync(
        string who, AdministratorRole role, ImmutableArray<string>? applications, string by, CancellationToken cancellation) =>
        database.AllOrNothingAsync<PersonView>(
            async () =>
            {
                if (await database.FindPersonAsync(who, cancellation) is not { } person)
                {
                    return OperatorActs.NotFound(who);
                }

                await database.LockNamesAsync(cancellation);
                if (await FlawAsync(person, role, applications, cancellation) is { } refusal)
                {
                    return refusal;
                }

                await WriteAsync(person, role, applications, by, cancellation);
                return PersonView.Of(person);
            },
            cancellation);

    private async Task<Refusal?> FlawAsync(
        Person person, AdministratorRole role, ImmutableArray<string>? applications, CancellationToken cancellation)
    {
        if (role != AdministratorRole.Owner && await database.IsLastOwnerAsync(person.Id, cancellation))
        {
            return LastOwner(person);
        }

        if (applications is { Length: > 0 } && role != AdministratorRole.AppManager)
        {
            return Refusal.Invalid(new FieldProblem(
                "application", "Only an app manager has applications of their own.", "Leave them out, or choose that role."));
        }

        foreach (var application in applications ?? [])
        {
            if (!await database.Clients.AnyAsync(client => client.Id == application, cancellation))
            {
                return Refusal.Invalid(new FieldProblem(
                    "application", $"There is no client '{application}'.", "List the clients to see their ids; capitals count."));
            }
        }

        return null;
    }

    private async Task WriteAsync(
        Person person, AdministratorRole role, ImmutableArray<string>? applications, string by, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var former = await database.Administrators.SingleOrDefaultAsync(row => row.PersonId == person.Id, cancellation);
        var before = former?.Role;
        if (former is null)
        {
            // From now on there has been one, however they were made.
            await database.TryBecomeFirstAsync(now, cancellation);
            database.Administrators.Add(new Administrator { PersonId = person.Id, Role = role, CreatedAt = now, CreatedBy = by });
        }
        else
        {
            former.Role = role;
        }

        if (applications is not null || role != AdministratorRole.AppManager)
        {
            await database.ManagedClients.Where(row => row.PersonId == person.Id).ExecuteDeleteAsync(cancellation);
            database.ManagedClients.AddRange(
                (applications ?? []).Distinct().Select(id => new ManagedClient { PersonId = person.Id, ClientId = id }));
        }

        database.RecordChange(
            person, "role given", now,
            RecordedChanges.Of(
                ("role", before?.ToString(), role.ToString()),
                ("applications", null, applications is { } given ? string.Join(' ', given) : null)));
    }

    internal static Refusal LastOwner(Person person) => Refusal.Invalid(new FieldProblem(
        "user_name", $"'{person.UserName}' is the only owner.", "Make somebody else an owner first."));
}
