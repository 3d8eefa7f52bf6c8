using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data;

namespace Sso.Delivery.Tests;

/// <summary>A database that can be away, as the dispatcher meets it.</summary>
internal sealed class Outage
{
    private int _refused;

    public bool IsOn { get; set; }

    public int Refused => _refused;

    public void Pass()
    {
        if (IsOn)
        {
            Interlocked.Increment(ref _refused);
            throw new InvalidOperationException("the database is away");
        }
    }
}

internal static class OutageRegistration
{
    public static void Decorate(this IServiceCollection services, Outage outage)
    {
        var inner = services.Last(service => service.ServiceType == typeof(IDbContextFactory<SsoDbContext>));
        services.AddSingleton<IDbContextFactory<SsoDbContext>>(provider => new Factory(
            (IDbContextFactory<SsoDbContext>)ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!), outage));
    }

    private sealed class Factory(IDbContextFactory<SsoDbContext> inner, Outage outage) : IDbContextFactory<SsoDbContext>
    {
        public SsoDbContext CreateDbContext() => inner.CreateDbContext();

        public Task<SsoDbContext> CreateDbContextAsync(CancellationToken cancellationToken)
        {
            outage.Pass();
            return inner.CreateDbContextAsync(cancellationToken);
        }
    }
}
