using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Operations;

namespace Sso.Server.Operations;

/// <summary>What an exception tells about the database of this server.</summary>
internal sealed class DatabaseDiagnosis(IDbContextFactory<SsoDbContext> contexts)
{
    /// <summary>Null if it is not about the database.</summary>
    public DatabaseTrouble? Of(Exception exception)
    {
        if (DatabaseTroubles.Find(exception) is not { } found)
        {
            return null;
        }

        using var database = contexts.CreateDbContext();
        return database.TroubleOf(found);
    }
}
