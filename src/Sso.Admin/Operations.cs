using Sso.Data;
using Sso.Protocol;

namespace Sso.Admin;

public static class Operations
{
    /// <summary>An operation that is done as a whole, or refused and nothing is written.</summary>
    public static Task<Result<T, Refusal>> AllOrNothingAsync<T>(
        this SsoDbContext database, Func<Task<Result<T, Refusal>>> work, CancellationToken cancellation)
        where T : class =>
        database.AllOrNothingAsync(work, result => result.Error is null, cancellation);
}
