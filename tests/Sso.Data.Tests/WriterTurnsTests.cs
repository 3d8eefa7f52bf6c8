using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data.Operations;
using Sso.Data.Sqlite;
using Sso.Testing;
using Xunit;

namespace Sso.Data.Tests;

public sealed class WriterTurnsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    private TestDatabase _database = null!;
    private ServiceProvider _services = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync("Sqlite");
        _services = _database.Services().BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Whoever_writes_waits_for_a_transaction_and_whoever_reads_does_not()
    {
        await using var first = Open();
        var transaction = await first.Database.BeginTransactionAsync();
        var writes = Enumerable.Range(0, 20).Select(index => Task.Run(() => WriteAsync($"{index}"))).ToList();
        await using (var reader = Open())
        {
            Assert.Equal(0, await reader.Leases.CountAsync());
        }

        Assert.DoesNotContain(writes, write => write.IsCompleted);
        await transaction.CommitAsync();
        await Task.WhenAll(writes).WaitAsync(Patience.Limit);
        Assert.Equal(20, await first.Leases.CountAsync());
    }

    [Fact]
    public async Task A_transaction_that_is_rolled_back_or_only_disposed_of_ends_its_turn()
    {
        await using var first = Open();
        await using (var transaction = await first.Database.BeginTransactionAsync())
        {
            await transaction.RollbackAsync();
        }

        AssertFree();
        await first.Database.OpenConnectionAsync();
        await using (await first.Database.BeginTransactionAsync())
        {
        }

        AssertFree();
    }

    [Fact]
    public async Task A_statement_that_failed_ends_its_turn()
    {
        await WriteAsync("same");
        await Assert.ThrowsAsync<DbUpdateException>(() => WriteAsync("same"));
        AssertFree();

        await using var database = Open();
        await Assert.ThrowsAnyAsync<Exception>(() => database.Database.ExecuteSqlRawAsync("UPDATE \"Nothing\" SET \"A\" = 1"));
        AssertFree();
    }

    [Fact]
    public async Task Whoever_gives_up_waiting_leaves_the_queue()
    {
        await using var first = Open();
        using var patience = new CancellationTokenSource();
        await using (await first.Database.BeginTransactionAsync())
        {
            var waiting = Task.Run(() => WriteAsync("gave up", patience.Token));
            await patience.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        }

        AssertFree();
    }

    private SsoDbContext Open() => _services.GetRequiredService<IDbContextFactory<SsoDbContext>>().CreateDbContext();

    private void AssertFree()
    {
        using var database = Open();
        var options = database.GetService<IDbContextOptions>().FindExtension<CoreOptionsExtension>()!;
        Assert.True(options.Interceptors!.OfType<WriterTurns>().Single().IsFree);
    }

    private async Task WriteAsync(string name, CancellationToken cancellation = default)
    {
        await using var database = Open();
        database.Leases.Add(new Lease { Name = name, Holder = "test", Until = Noon });
        await database.SaveChangesAsync(cancellation);
    }
}
