using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Admin;
using Sso.Accounts.People;
using Sso.Data;
using Sso.Data.Administrators;
using Sso.Data.Factors;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Protocol;

namespace Sso.Accounts.Administrators;

/// <summary>
/// Gives a person a role, or another one. The applications of an app manager are given with it. More than they have is given only to
/// somebody who has a passkey or an authenticator app already: otherwise whoever knows the password could set up the first, and enter the
/// console with it. Less is given to anybody.
/// </summary>
public sealed class GrantRole(SsoDbContext database, TimeProvider clock)
{
    /// <param name="who">User name, e-mail address or subject.</param>
    /// <param name="role">In place of the former one.</param>
    /// <param name="applications">All that an app manager looks after; null leaves them as they are.</param>
    /// <param name="by">Who gives it.</param>
    /// <param name="cancellation">Stops before anything was written.</param>
    public Task<Result<PersonView, Refusal>> ExecuteAsync(
        string who, AdministratorRole role, ImmutableArray<string>? applications, ActingOperator by, CancellationToken cancellation) =>
        ExecuteAsync(who, role, applications, (_, _) => null, by, cancellation);

    /// <param name="who">User name, e-mail address or subject.</param>
    /// <param name="role">In place of the former one.</param>
    /// <param name="applications">All that an app manager looks after; null leaves them as they are.</param>
    /// <param name="meets">Refuses by the role that it would replace, null for none, and the applications that go with that.</param>
    /// <param name="by">Who gives it.</param>
    /// <param name="cancellation">Stops before anything was written.</param>
    public Task<Result<PersonView, Refusal>> ExecuteAsync(
        string who, AdministratorRole role, ImmutableArray<string>? applications,
        Func<AdministratorRole?, ImmutableArray<string>, Refusal?> meets, ActingOperator by, CancellationToken cancellation) =>
        database.AllOrNothingAsync<PersonView>(
            async () =>
            {
                if (await database.FindPersonAsync(who, cancellation) is not { } person)
                {
                    return OperatorActs.NotFound(who);
                }

                await database.LockNamesAsync(cancellation);
                // Methods go under the same lock.
                await database.HoldPersonAsync(person.Id, cancellation);
                var (former, owned) = await FormerAsync(person.Id, cancellation);
                if ((meets(former, owned) ?? await FlawAsync(person, role, applications, cancellation)) is { } refusal)
                {
                    return refusal;
                }

                await WriteAsync(person, role, applications, by, cancellation);
                return PersonView.Of(person);
            },
            cancellation);

    private async Task<(AdministratorRole? Role, ImmutableArray<string> Applications)> FormerAsync(
        Guid personId, CancellationToken cancellation)
    {
        var role = await database.Administrators.Where(row => row.PersonId == personId).Select(row => (AdministratorRole?)row.Role)
            .SingleOrDefaultAsync(cancellation);
        var owned = await database.ManagedClients.Where(row => row.PersonId == personId).Select(row => row.ClientId)
            .ToListAsync(cancellation);
        return (role, [.. owned.Order(StringComparer.Ordinal)]);
    }

    private async Task<Refusal?> FlawAsync(
        Person person, AdministratorRole role, ImmutableArray<string>? applications, CancellationToken cancellation)
    {
        if (role != AdministratorRole.Owner && await database.FindLastOwnerAsync(person, cancellation) is { } last)
        {
            return last;
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
                    "application", $"There is no client '{application}'.", "List the clients to see their ids; capitals count.")
                {
                    Typed = application,
                });
            }
        }

        if (await IsMoreAsync(person.Id, role, applications, cancellation)
            && !await database.ConsoleFactors(person.Id).AnyAsync(cancellation))
        {
            return Refusal.Invalid(new FieldProblem(
                "factor", $"'{person.UserName}' has neither a passkey nor an authenticator app, and nothing else opens the console.",
                "Ask them to set one up in the account area, and give the role then."));
        }

        return null;
    }

    /// <summary>A first role, a higher one, or applications beside those they have.</summary>
    private async Task<bool> IsMoreAsync(
        Guid personId, AdministratorRole role, ImmutableArray<string>? applications, CancellationToken cancellation)
    {
        var former = await database.Administrators.AsNoTracking().SingleOrDefaultAsync(row => row.PersonId == personId, cancellation);
        if (former is null || !Precedence.MayActOn(former.Role, role))
        {
            return true;
        }

        var owned = await database.ManagedClients.Where(row => row.PersonId == personId).Select(row => row.ClientId)
            .ToListAsync(cancellation);
        return (applications ?? []).Except(owned, StringComparer.Ordinal).Any();
    }

    private async Task WriteAsync(
        Person person, AdministratorRole role, ImmutableArray<string>? applications, ActingOperator by, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var former = await database.Administrators.SingleOrDefaultAsync(row => row.PersonId == person.Id, cancellation);
        var before = former?.Role;
        var owned = await database.ManagedClients.Where(row => row.PersonId == person.Id).Select(row => row.ClientId)
            .ToListAsync(cancellation);
        if (former is null)
        {
            // From now on there has been one, however they were made.
            await database.TryBecomeFirstAsync(now, cancellation);
            database.Administrators.Add(new Administrator { PersonId = person.Id, Role = role, CreatedAt = now, CreatedBy = by.Name });
        }
        else if (former.Role != role)
        {
            (former.Role, former.CreatedAt, former.CreatedBy) = (role, now, by.Name);
        }

        var owns = owned;
        if (applications is not null || role != AdministratorRole.AppManager)
        {
            owns = [.. (applications ?? []).Distinct()];
            await database.ManagedClients.Where(row => row.PersonId == person.Id).ExecuteDeleteAsync(cancellation);
            database.ManagedClients.AddRange(owns.Select(id => new ManagedClient { PersonId = person.Id, ClientId = id }));
        }

        await database.DropProposalsBeyondAsync(person.Id, role, cancellation);
        database.RecordChange(
            person, "role given", now,
            RecordedChanges.Of(
                ("role", before?.ToString(), role.ToString()),
                ("applications", InWords(owned), InWords(owns))));
    }

    private static string? InWords(List<string> applications) =>
        applications.Count == 0 ? null : string.Join(' ', applications.Order(StringComparer.Ordinal));
}
