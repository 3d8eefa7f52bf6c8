namespace Sso.Data;

/// <summary>
/// Several things at once: read, work, look again, write. What the work leaves in the context is saved, and all of it is committed or
/// nothing is written. Inside a transaction of the caller it is a part of that one.
/// </summary>
public static class Transactions
{
    /// <param name="database">Whose transaction it is.</param>
    /// <param name="work">What it gives says whether anything is written.</param>
    /// <param name="isDone">True for what is to be kept.</param>
    /// <param name="cancellation">Stops before anything was written.</param>
    public static async Task<TResult> AllOrNothingAsync<TResult>(
        this SsoDbContext database, Func<Task<TResult>> work, Func<TResult, bool> isDone, CancellationToken cancellation)
    {
        await using var transaction =
            database.Database.CurrentTransaction is null ? await database.Database.BeginTransactionAsync(cancellation) : null;
        var result = await work();
        if (isDone(result))
        {
            await database.SaveChangesAsync(cancellation);
            await (transaction?.CommitAsync(cancellation) ?? Task.CompletedTask);
        }

        return result;
    }

    /// <summary>False if the work says so, and nothing is written.</summary>
    public static Task<bool> AllOrNothingAsync(this SsoDbContext database, Func<Task<bool>> work, CancellationToken cancellation) =>
        database.AllOrNothingAsync(work, isDone => isDone, cancellation);

    public static Task AllOrNothingAsync(this SsoDbContext database, Func<Task> work, CancellationToken cancellation) =>
        database.AllOrNothingAsync(
            async () =>
            {
                await work();
                return true;
            },
            cancellation);
}
