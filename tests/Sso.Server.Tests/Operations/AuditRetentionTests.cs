using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data.Operations;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Operations;

[Spec("S134")]
[Spec("S139")]
public sealed class AuditRetentionTests : IAsyncLifetime
{
    private static readonly TimeSpan KeepEvents = TimeSpan.FromDays(730);
    private static readonly TimeSpan KeepAddresses = TimeSpan.FromDays(90);
    private readonly SsoServer _server = new();

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        await AddEventsAsync(6);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Events_past_their_time_are_deleted_and_the_record_says_from_when_it_is_kept()
    {
        _server.Clock.Advance(KeepEvents + TimeSpan.FromDays(2));
        await AddEventsAsync(3);
        await RunAsync();

        var findings = await VerifyAsync();
        Assert.True(findings.IsSound, string.Join('\n', findings.Flaws));
        Assert.Equal(_server.Clock.GetUtcNow() - KeepEvents, findings.KeptFrom);
        await using var database = _server.OpenDatabase();
        Assert.True(await database.SecurityEvents.AllAsync(row => row.At > _server.Clock.GetUtcNow() - KeepEvents));
        Assert.StartsWith(
            "places 1 to ", (await database.SecurityEvents.SingleAsync(row => row.Kind == SecurityEventKind.EventsDeleted)).Detail,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Younger_events_stay()
    {
        _server.Clock.Advance(KeepEvents);
        await RunAsync();

        Assert.Null((await VerifyAsync()).KeptFrom);
    }

    [Fact]
    public async Task More_than_one_batch_is_deleted_in_one_run()
    {
        await AddEventsAsync(1100);
        _server.Clock.Advance(KeepEvents + TimeSpan.FromDays(2));
        await RunAsync();

        await using var database = _server.OpenDatabase();
        Assert.True(await database.SecurityEvents.AllAsync(row => row.Kind == SecurityEventKind.EventsDeleted));
        await SealAsync();
        Assert.True((await VerifyAsync()).IsSound);
    }

    [Fact]
    public async Task A_checkpoint_that_the_server_did_not_write_is_noticed()
    {
        _server.Clock.Advance(KeepEvents + TimeSpan.FromDays(2));
        await AddEventsAsync(3);
        await RunAsync();
        await using var database = _server.OpenDatabase();
        var first = await database.SecurityEvents.AsNoTracking()
            .Where(row => row.Sequence != null).OrderBy(row => row.Sequence).FirstAsync();
        await database.SecurityEvents.Where(row => row.Id == first.Id).ExecuteDeleteAsync();
        await database.AuditHeads.ExecuteUpdateAsync(set => set.SetProperty(head => head.DeletedThrough, first.Sequence));

        Assert.False((await VerifyAsync()).IsSound);
    }

    [Fact]
    public async Task What_was_changed_is_not_deleted_by_rule_because_that_would_hide_it()
    {
        await using var database = _server.OpenDatabase();
        await database.SecurityEvents.Where(row => row.Sequence == 2)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Detail, "forged"));
        _server.Clock.Advance(KeepEvents + TimeSpan.FromDays(2));

        await Assert.ThrowsAsync<AuditBrokenException>(RunAsync);
        Assert.Equal(AuditFlawKind.Changed, Assert.Single((await VerifyAsync()).Flaws).Kind);
    }

    [Fact]
    public async Task Addresses_are_erased_after_ninety_days_and_the_chain_holds()
    {
        _server.Clock.Advance(KeepAddresses + TimeSpan.FromMinutes(1));
        await AddEventsAsync(2);
        await RunAsync();

        await using var database = _server.OpenDatabase();
        Assert.Equal(2, await database.SecurityEvents.CountAsync(row => row.Address != null));
        Assert.True(await database.SecurityEvents.AnyAsync(row => row.AddressHash != null && row.Address == null));
        Assert.True((await VerifyAsync()).IsSound);
    }

    [Fact]
    public async Task An_address_that_somebody_else_erased_or_put_back_names_the_row()
    {
        await using var database = _server.OpenDatabase();
        var young = await database.SecurityEvents.AsNoTracking()
            .Where(row => row.Address != null).OrderBy(row => row.Sequence).FirstAsync();
        await database.SecurityEvents.Where(row => row.Id == young.Id)
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.Address, (string?)null).SetProperty(row => row.AddressProof, new byte[32]));
        Assert.Equal(young.Id, Assert.Single((await VerifyAsync()).Flaws).Row);

        await database.SecurityEvents.Where(row => row.Id == young.Id)
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.Address, young.Address).SetProperty(row => row.AddressProof, young.AddressProof));
        _server.Clock.Advance(KeepAddresses + TimeSpan.FromMinutes(1));
        await RunAsync();
        await database.SecurityEvents.Where(row => row.Id == young.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Address, "192.0.2.99"));
        Assert.Equal(young.Id, Assert.Single((await VerifyAsync()).Flaws).Row);
    }

    [Fact]
    public async Task The_addresses_of_one_person_can_be_erased_and_nobody_elses()
    {
        var ada = Guid.CreateVersion7();
        await AddEventsAsync(2, ada);
        await AddEventsAsync(1, ada, isSealed: false);
        await using var database = _server.OpenDatabase();
        await using (var transaction = await database.Database.BeginTransactionAsync())
        {
            await _server.App.Services.GetRequiredService<AuditRetention>().EraseAddressesOfAsync(database, ada, CancellationToken.None);
            await transaction.CommitAsync();
        }

        await SealAsync();
        Assert.True((await VerifyAsync()).IsSound);
        Assert.Equal(6, await database.SecurityEvents.CountAsync(row => row.PersonId == null && row.Address != null));
        Assert.Equal(0, await database.SecurityEvents.CountAsync(row => row.PersonId == ada && row.Address != null));
    }

    private async Task AddEventsAsync(int count, Guid? person = null, bool isSealed = true)
    {
        var now = _server.Clock.GetUtcNow();
        await using var database = _server.OpenDatabase();
        for (var index = 0; index < count; index++)
        {
            database.SecurityEvents.Add(new(now, SecurityEventKind.PasswordFailed) { PersonId = person, Address = "192.0.2.7" });
        }

        await database.SaveChangesAsync();
        if (isSealed)
        {
            await SealAsync();
        }
    }

    private Task SealAsync() => _server.App.Services.GetRequiredService<AuditChain>().SealAsync(CancellationToken.None);

    private Task RunAsync() =>
        _server.App.Services.GetRequiredService<AuditRetention>().RunAsync(KeepEvents, KeepAddresses, CancellationToken.None);

    private Task<AuditFindings> VerifyAsync() =>
        _server.App.Services.GetRequiredService<AuditVerification>().RunAsync(20, CancellationToken.None);
}
