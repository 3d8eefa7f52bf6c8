using Microsoft.EntityFrameworkCore;

namespace Sso.Data;

/// <summary>Lets singletons create the context without naming the provider.</summary>
public sealed class SsoDbContextFactory<TContext>(IDbContextFactory<TContext> inner) : IDbContextFactory<SsoDbContext>
    where TContext : SsoDbContext
{
    public SsoDbContext CreateDbContext() => inner.CreateDbContext();

    public async Task<SsoDbContext> CreateDbContextAsync(CancellationToken cancellationToken) =>
        await inner.CreateDbContextAsync(cancellationToken);
}
