using Microsoft.EntityFrameworkCore;
using Sso.Data;

namespace Sso.Accounts.Factors;

/// <summary>What people call their apps and passkeys.</summary>
public sealed class FactorNaming(SsoDbContext database)
{
    public Task RenameAsync(Guid personId, Guid factorId, string name, CancellationToken cancellation) =>
        database.SecondFactors.Where(row => row.Id == factorId && row.PersonId == personId && row.ActivatedAt != null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Name, name), cancellation);
}
