using Sso.Data;
using Sso.Protocol;

namespace Sso.Admin.People;

/// <summary>Ends the waits and the closing of factors after too many wrong passwords or codes.</summary>
public sealed class UnlockPerson(SsoDbContext database, TimeProvider clock)
{
    public async Task<Result<PersonView, Refusal>> ExecuteAsync(string who, CancellationToken cancellation)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
        if (await database.FindPersonAsync(who, cancellation) is not { } person)
        {
            return PersonQueries.NotFound(who);
        }

        await database.ForgetFailuresAsync(person, cancellation);
        database.RecordChange(person, "unlocked", clock.GetUtcNow());
        await database.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return PersonView.Of(person);
    }
}
