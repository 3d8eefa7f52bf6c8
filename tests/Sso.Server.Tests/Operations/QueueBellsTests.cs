using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Logout;
using Sso.Data.Operations;
using Sso.Data.Webhooks;
using Sso.Delivery;
using Sso.Server.Operations;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Operations;

/// <summary>What is committed rings once, what is rolled back rings nobody.</summary>
public sealed class QueueBellsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;
    private readonly HttpContextAccessor _requests = new();
    private readonly MailBell _mails = new();
    private readonly TextBell _texts = new();
    private readonly WebhookBell _webhooks = new();
    private readonly LogoutBell _logouts = new();
    private TestDatabase _database = null!;
    private ServiceProvider _services = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _services = _database.Services()
            .AddSingleton<ISaveChangesInterceptor>(new QueueBells(_mails, _texts, _webhooks, _logouts, _requests)).BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_save_of_its_own_rings_the_bell_of_what_it_added()
    {
        await using var database = Open();
        await SaveAsync(database, Mail());
        Assert.Equal("mails", await HeardAsync());
        await SaveAsync(database, Text());
        Assert.Equal("texts", await HeardAsync());
        await SaveAsync(database, Mail(), Text());
        Assert.Equal("mails texts", await HeardAsync());
        await SaveAsync(database, Message());
        Assert.Equal("webhooks", await HeardAsync());
        await SaveAsync(database, Notice());
        Assert.Equal("logouts", await HeardAsync());
        await SaveAsync(database, Other());
        Assert.Equal("", await HeardAsync());
    }

    [Fact]
    public async Task Two_saves_of_a_transaction_ring_when_it_is_committed_and_never_again()
    {
        await using var database = Open();
        await using (var transaction = await database.Database.BeginTransactionAsync())
        {
            await SaveAsync(database, Mail());
            await SaveAsync(database, Text());
            await SaveAsync(database, Other());
            Assert.Equal("", await HeardAsync());
            await transaction.CommitAsync();
            Assert.Equal("mails texts", await HeardAsync());
        }

        await using var next = await database.Database.BeginTransactionAsync();
        await SaveAsync(database, Other());
        await next.CommitAsync();
        Assert.Equal("", await HeardAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_rolled_back_rings_nobody_then_or_later(bool isSaid)
    {
        await using (var database = Open())
        {
            await using (var transaction = await database.Database.BeginTransactionAsync())
            {
                await SaveAsync(database, Mail(), Text());
                if (isSaid)
                {
                    await transaction.RollbackAsync();
                }
            }

            Assert.Equal("", await HeardAsync());
            database.ChangeTracker.Clear();
            await SaveAsync(database, Other());
            await using var next = await database.Database.BeginTransactionAsync();
            await SaveAsync(database, Other());
            await next.CommitAsync();
            Assert.Equal("", await HeardAsync());
        }

        // From the pool it is the same one.
        await using var again = Open();
        await SaveAsync(again, Other());
        Assert.Equal("", await HeardAsync());
        Assert.False(await again.OutgoingMails.AnyAsync());
    }

    [Fact]
    public async Task A_save_that_failed_rings_neither_then_nor_with_the_next_one()
    {
        var taken = Mail();
        await using var database = Open();
        await SaveAsync(database, taken);
        await HeardAsync();
        database.ChangeTracker.Clear();

        Assert.False(await database.TryInsertAsync(Mail(taken.Id), CancellationToken.None));
        await SaveAsync(database, Other());

        Assert.Equal("", await HeardAsync());
    }

    [Theory]
    [InlineData(false, "")]
    [InlineData(true, "texts")]
    public async Task A_save_that_failed_within_a_transaction_leaves_what_was_saved_before(bool isText, string heard)
    {
        var taken = Mail();
        await using var database = Open();
        await SaveAsync(database, taken);
        await HeardAsync();
        database.ChangeTracker.Clear();

        await using var transaction = await database.Database.BeginTransactionAsync();
        await SaveAsync(database, isText ? Text() : Other());
        Assert.False(await database.TryInsertAsync(Mail(taken.Id), CancellationToken.None));
        await transaction.CommitAsync();

        Assert.Equal(heard, await HeardAsync());
    }

    [Fact]
    public async Task Of_a_request_it_rings_once_for_each_commit_and_not_before_the_answer_is_complete()
    {
        var answer = new Answer();
        _requests.HttpContext = new DefaultHttpContext(Features(answer));
        await using var database = Open();
        await using (var transaction = await database.Database.BeginTransactionAsync())
        {
            await SaveAsync(database, Mail());
            await SaveAsync(database, Mail());
            await transaction.CommitAsync();
        }

        await using (await database.Database.BeginTransactionAsync())
        {
            await SaveAsync(database, Mail());
        }

        Assert.Equal("", await HeardAsync());
        await Assert.Single(answer.Completed)();
        await foreach (var _ in _mails.HeardAsync(TestContext.Current.CancellationToken))
        {
            break;
        }
    }

    private SsoDbContext Open() => _services.GetRequiredService<IDbContextFactory<SsoDbContext>>().CreateDbContext();

    private static Task<int> SaveAsync(SsoDbContext database, params object[] rows)
    {
        database.AddRange(rows);
        return database.SaveChangesAsync();
    }

    /// <summary>Which bells were rung since the last time.</summary>
    private async Task<string> HeardAsync() =>
        ((await WasRungAsync(_mails) ? "mails" : "") + (await WasRungAsync(_texts) ? " texts" : "")
            + (await WasRungAsync(_webhooks) ? " webhooks" : "") + (await WasRungAsync(_logouts) ? " logouts" : "")).Trim();

    private static async Task<bool> WasRungAsync(Bell bell)
    {
        using var listening = new CancellationTokenSource();
        await using var heard = bell.HeardAsync(listening.Token).GetAsyncEnumerator(listening.Token);
        var next = heard.MoveNextAsync();
        if (next.IsCompletedSuccessfully)
        {
            return await next;
        }

        await listening.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
        return false;
    }

    private static OutgoingMail Mail(Guid? id = null) =>
        new() { Id = id ?? Guid.CreateVersion7(Now), Protected = [], CreatedAt = Now, ExpiresAt = Now };

    private static OutgoingText Text() => new()
    {
        Id = Guid.CreateVersion7(Now),
        Purpose = TextPurpose.SignIn,
        Language = "it",
        CreatedAt = Now,
        ExpiresAt = Now,
    };

    private static WebhookDelivery Message() => new() { Id = Guid.CreateVersion7(Now), WebhookId = "wh_1", CreatedAt = Now };

    private static LogoutNotice Notice() => new()
    {
        SessionId = Guid.CreateVersion7(Now),
        ClientId = "shop",
        PersonId = Guid.CreateVersion7(Now),
        CreatedAt = Now,
        GivenUpAt = Now,
    };

    private static SecurityEvent Other() => SecurityEvent.KeysRotated(Now);

    private static FeatureCollection Features(IHttpResponseFeature answer)
    {
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature());
        features.Set(answer);
        return features;
    }

    /// <summary>An answer that is complete when the test says so.</summary>
    private sealed class Answer : HttpResponseFeature
    {
        public List<Func<Task>> Completed { get; } = [];

        public override void OnCompleted(Func<object, Task> callback, object state) => Completed.Add(() => callback(state));
    }
}
