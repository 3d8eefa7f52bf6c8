using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;

namespace Sso.Data.Operations;

/// <summary>
/// Deleting any number of rows in one statement would keep every other write waiting, and on SQL Server lock the whole table from 5,000
/// rows on.
/// </summary>
public static class Batches
{
    public const int Size = 100;

    /// <param name="rows">What to delete.</param>
    /// <param name="age">By which the oldest go first.</param>
    /// <param name="cancellation">Ends it between two batches.</param>
    public static async Task DeleteInBatchesAsync<TRow, TAge>(
        this IQueryable<TRow> rows, Expression<Func<TRow, TAge>> age, CancellationToken cancellation)
        where TRow : class
    {
        while (await rows.OrderBy(age).Take(Size).ExecuteDeleteAsync(cancellation) == Size)
        {
        }
    }
}
