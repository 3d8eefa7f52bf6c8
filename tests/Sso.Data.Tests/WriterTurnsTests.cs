using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data.Operations;
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

        await AssertFreeAsync("rolled back");
        await first.Database.OpenConnectionAsync();
        await using (await first.Database.BeginTransactionAsync())
        {
        }

        await AssertFreeAsync("disposed of");
    }

    [Fact]
    public async Task A_statement_that_failed_ends_its_turn()
    {
        await WriteAsync("same");
        await Assert.ThrowsAsync<DbUpdateException>(() => WriteAsync("same"));
        await AssertFreeAsync("failed save");

        await using var database = Open();
        await Assert.ThrowsAnyAsync<Exception>(() => database.Database.ExecuteSqlRawAsync("UPDATE \"Nothing\" SET \"A\" = 1"));
        await AssertFreeAsync("failed statement");
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

        await AssertFreeAsync("after it");
    }

    private SsoDbContext Open() => _services.GetRequiredService<IDbContextFactory<SsoDbContext>>().CreateDbContext();

    /// <summary>A turn that is still somebody's would be waited for for five seconds, and then done without: so it is waited for less.</summary>
    private async Task AssertFreeAsync(string name)
    {
        using var patience = new CancellationTokenSource();
        var write = Task.Run(() => WriteAsync(name, patience.Token));
        await Task.WhenAny(write, Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System));
        await patience.CancelAsync();
        await write;
    }

    private async Task WriteAsync(string name, CancellationToken cancellation = default)
    {
        await using var database = Open();
        database.Leases.Add(new Lease { Name = name, Holder = "test", Until = Noon });
        await database.SaveChangesAsync(cancellation);
    }
}
