using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data.Operations;
using Sso.Server.Commands;
using Sso.Server.Tests.Commands;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Operations;

[Spec("S134")]
public sealed class AuditChainTests : IAsyncLifetime
{
    private const int Last = 0;
    private readonly SsoServer _server = new();

    /// <summary>The events of the start and ours.</summary>
    private long _sealed;

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        await using var database = _server.OpenDatabase();
        for (var index = 0; index < 8; index++)
        {
            var now = _server.Clock.GetUtcNow().AddSeconds(index);
            database.SecurityEvents.Add(new SecurityEvent
            {
                Id = Guid.CreateVersion7(now),
                At = now,
                Kind = SecurityEventKind.PasswordFailed,
                Address = "192.0.2.7",
                Detail = $"event {index}",
            });
        }

        await database.SaveChangesAsync();
        await Chain.SealAsync(CancellationToken.None);
        _sealed = (await Chain.VerifyAsync(20, CancellationToken.None)).Sealed;
    }

    private AuditChain Chain => _server.App.Services.GetRequiredService<AuditChain>();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task An_untouched_record_is_sound_and_later_events_continue_it()
    {
        await using var database = _server.OpenDatabase();
        database.SecurityEvents.Add(new SecurityEvent { Id = Guid.CreateVersion7(), At = _server.Clock.GetUtcNow(), Kind = SecurityEventKind.SignedOut });
        await database.SaveChangesAsync();
        Assert.Equal((true, _sealed, 1), await StateAsync());

        await Chain.SealAsync(CancellationToken.None);

        Assert.Equal((true, _sealed + 1, 0), await StateAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(Last)]
    public async Task A_changed_row_is_named(long place)
    {
        place = place == Last ? _sealed : place;
        var id = await IdAtAsync(place);
        await using var database = _server.OpenDatabase();
        await database.SecurityEvents.Where(row => row.Id == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Address, "192.0.2.8"));

        Assert.Equal([new AuditFlaw(place, id)], (await Chain.VerifyAsync(20, CancellationToken.None)).Flaws);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(Last)]
    public async Task A_deleted_row_is_named(long place)
    {
        place = place == Last ? _sealed : place;
        var id = await IdAtAsync(place);
        await using var database = _server.OpenDatabase();
        await database.SecurityEvents.Where(row => row.Id == id).ExecuteDeleteAsync();

        Assert.Equal(new AuditFlaw(place, Row: null), (await Chain.VerifyAsync(20, CancellationToken.None)).Flaws[0]);
    }

    [Fact]
    public async Task Whoever_writes_the_chain_anew_has_no_key_for_its_end()
    {
        await using var database = _server.OpenDatabase();
        var last = await database.SecurityEvents.AsNoTracking().SingleAsync(row => row.Sequence == _sealed);
        var before = await database.SecurityEvents.AsNoTracking().SingleAsync(row => row.Sequence == _sealed - 1);
        await database.SecurityEvents.Where(row => row.Id == last.Id).ExecuteDeleteAsync();
        await database.AuditHeads.ExecuteUpdateAsync(set => set.SetProperty(head => head.Sequence, _sealed - 1).SetProperty(head => head.Hash, before.Hash!));

        Assert.False((await Chain.VerifyAsync(20, CancellationToken.None)).IsSound);
    }

    [Fact]
    public async Task Two_nodes_that_seal_at_once_make_one_chain()
    {
        await using var second = await _server.StartSecondNodeAsync();
        await using var database = _server.OpenDatabase();
        for (var index = 0; index < 40; index++)
        {
            database.SecurityEvents.Add(new SecurityEvent { Id = Guid.CreateVersion7(), At = _server.Clock.GetUtcNow(), Kind = SecurityEventKind.SignedOut });
        }

        await database.SaveChangesAsync();
        await Task.WhenAll(
            Chain.SealAsync(CancellationToken.None), second.App.Services.GetRequiredService<AuditChain>().SealAsync(CancellationToken.None));

        Assert.Equal((true, _sealed + 40, 0), await StateAsync());
    }

    [Fact]
    public async Task The_command_ends_with_an_error_when_something_was_changed()
    {
        Assert.Equal(0, (await VerifyAsync()).Code);
        await using var database = _server.OpenDatabase();
        await database.SecurityEvents.Where(row => row.Sequence == 2).ExecuteUpdateAsync(set => set.SetProperty(row => row.Detail, "changed"));

        var result = await VerifyAsync();

        Assert.Equal(ExitCode.Refused, result.Code);
        Assert.Contains("Event 2 (row", result.Output, StringComparison.Ordinal);
    }

    private Task<CommandResult> VerifyAsync() => CommandLine.RunOnAsync(
        [
            $"--Database:Provider={_server.Database.Provider}", $"--Database:ConnectionString={_server.Database.ConnectionString}",
            $"--Secrets:PassphraseFile={Path.Combine(_server.Database.Folder, "passphrase")}", $"--Sso:Issuer={SsoServer.Issuer}",
        ],
        "",
        "audit", "verify");

    private async Task<(bool, long, int)> StateAsync()
    {
        var findings = await Chain.VerifyAsync(20, CancellationToken.None);
        return (findings.IsSound, findings.Sealed, findings.Waiting);
    }

    private async Task<Guid> IdAtAsync(long place)
    {
        await using var database = _server.OpenDatabase();
        return await database.SecurityEvents.Where(row => row.Sequence == place).Select(row => row.Id).SingleAsync();
    }
}
