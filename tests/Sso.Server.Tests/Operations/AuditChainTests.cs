using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data.Operations;
using Sso.Data.Secrets;
using Sso.Protocol;
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
            database.SecurityEvents.Add(new(now, SecurityEventKind.PasswordFailed)
            {
                Address = "192.0.2.7",
                Detail = $"event {index}",
            });
        }

        await database.SaveChangesAsync();
        await Chain.SealAsync(CancellationToken.None);
        _sealed = (await VerifyAsync()).Sealed;
    }

    private AuditChain Chain => _server.App.Services.GetRequiredService<AuditChain>();

    private Task<AuditFindings> VerifyAsync() =>
        _server.App.Services.GetRequiredService<AuditVerification>().RunAsync(20, CancellationToken.None);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task An_untouched_record_is_sound_and_later_events_continue_it()
    {
        await using var database = _server.OpenDatabase();
        database.SecurityEvents.Add(new(_server.Clock.GetUtcNow(), SecurityEventKind.SignedOut));
        await database.SaveChangesAsync();
        Assert.Equal((true, _sealed, 1), await StateAsync());

        await Chain.SealAsync(CancellationToken.None);

        Assert.Equal((true, _sealed + 1, 0), await StateAsync());
    }

    /// <summary>The newest part, of which the beginning of the chain is no part.</summary>
    [Fact]
    public async Task A_part_of_the_record_is_judged_by_itself()
    {
        var verification = _server.App.Services.GetRequiredService<AuditVerification>();
        var sound = await verification.RunAsync(20, CancellationToken.None, latest: 3);
        Assert.Equal((true, _sealed - 2, 3L), (sound.IsSound, sound.First, sound.Seen));

        var (outside, within) = (await IdAtAsync(1), await IdAtAsync(_sealed - 1));
        await using var database = _server.OpenDatabase();
        await database.SecurityEvents.Where(row => row.Id == outside)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Address, "192.0.2.8"));
        Assert.True((await verification.RunAsync(20, CancellationToken.None, latest: 3)).IsSound);
        await database.SecurityEvents.Where(row => row.Id == within).ExecuteDeleteAsync();
        Assert.Equal(
            [new AuditFlaw(AuditFlawKind.Deleted, _sealed - 1, Row: null)],
            (await verification.RunAsync(20, CancellationToken.None, latest: 3)).Flaws);
        // More than there are is all of them.
        Assert.Equal(2, (await verification.RunAsync(20, CancellationToken.None, latest: 1000)).Flaws.Count);
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
        await database.SecurityEvents.Where(row => row.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Address, "192.0.2.8"));

        Assert.Equal([new AuditFlaw(AuditFlawKind.Changed, place, id)], (await VerifyAsync()).Flaws);
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

        Assert.Equal([new AuditFlaw(AuditFlawKind.Deleted, place, Row: null)], (await VerifyAsync()).Flaws);
    }

    [Fact]
    public async Task A_row_put_in_between_is_named()
    {
        await using var database = _server.OpenDatabase();
        await database.SecurityEvents.Where(row => row.Sequence > 4)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Sequence, row => row.Sequence + 1000));
        await database.SecurityEvents.Where(row => row.Sequence > 4)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Sequence, row => row.Sequence - 999));
        var forged = new SecurityEvent(_server.Clock.GetUtcNow(), SecurityEventKind.SignedOut);
        database.SecurityEvents.Add(forged);
        await database.SaveChangesAsync();
        await database.SecurityEvents.Where(row => row.Id == forged.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Sequence, 5).SetProperty(row => row.Hash, new byte[32]));

        Assert.Equal(new AuditFlaw(AuditFlawKind.Changed, 5, forged.Id), (await VerifyAsync()).Flaws[0]);
    }

    [Fact]
    public async Task Two_rows_that_changed_places_are_both_named()
    {
        var (second, third) = (await IdAtAsync(2), await IdAtAsync(3));
        await using var database = _server.OpenDatabase();
        foreach (var (id, place) in ((Guid, long)[])[(second, 1000), (third, 2), (second, 3)])
        {
            await database.SecurityEvents.Where(row => row.Id == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.Sequence, place));
        }

        Assert.Equal(
            [new AuditFlaw(AuditFlawKind.Changed, 2, third), new AuditFlaw(AuditFlawKind.Changed, 3, second)], (await VerifyAsync()).Flaws);
    }

    [Fact]
    public async Task Whoever_writes_every_later_row_anew_has_no_key_and_the_first_one_is_named()
    {
        await using var database = _server.OpenDatabase();
        foreach (var row in await database.SecurityEvents.AsNoTracking().Where(row => row.Sequence >= 4).OrderBy(
            row => row.Sequence).ToListAsync())
        {
            // The best that can be done without the key: a hash that looks like one.
            var hash = System.Security.Cryptography.SHA256.HashData([.. row.Hash!, 1]);
            await database.SecurityEvents.Where(candidate => candidate.Id == row.Id)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(candidate => candidate.Detail, "forged").SetProperty(candidate => candidate.Hash, hash));
        }

        Assert.Equal(new AuditFlaw(AuditFlawKind.Changed, 4, await IdAtAsync(4)), (await VerifyAsync()).Flaws[0]);
    }

    [Fact]
    public async Task Whoever_cuts_the_last_rows_off_has_no_key_for_the_new_end()
    {
        await using var database = _server.OpenDatabase();
        var before = await database.SecurityEvents.AsNoTracking().SingleAsync(row => row.Sequence == _sealed - 1);
        await database.SecurityEvents.Where(row => row.Sequence == _sealed).ExecuteDeleteAsync();
        await database.AuditHeads.ExecuteUpdateAsync(
            set => set.SetProperty(head => head.Sequence, _sealed - 1).SetProperty(head => head.Hash, before.Hash!));

        Assert.False((await VerifyAsync()).IsSound);
        await AddEventAsync();
        await Assert.ThrowsAsync<AuditBrokenException>(() => Chain.SealAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_chain_that_was_emptied_is_not_begun_anew()
    {
        await using var database = _server.OpenDatabase();
        await database.AuditHeads.ExecuteUpdateAsync(
            set => set.SetProperty(head => head.Sequence, 0).SetProperty(head => head.Key, Array.Empty<byte>()).SetProperty(
                head => head.Mac, Array.Empty<byte>()));
        await AddEventAsync();

        await Assert.ThrowsAsync<AuditBrokenException>(() => Chain.SealAsync(CancellationToken.None));
        Assert.False((await VerifyAsync()).IsSound);
    }

    /// <summary>As the versions before the columns for methods and browser computed it, for their rows are kept for years.</summary>
    [Fact]
    public async Task A_row_without_method_and_browser_is_sealed_as_it_ever_was()
    {
        await using var database = _server.OpenDatabase();
        var row = await database.SecurityEvents.AsNoTracking().SingleAsync(item => item.Detail == "event 4");
        var head = await database.AuditHeads.AsNoTracking().SingleAsync();
        var key = _server.App.Services.GetRequiredService<Sealer>().Unprotect("AuditHead.Key", head.Key)!;
        using var content = new MemoryStream();
        await using var writer = new BinaryWriter(content);
        writer.Write("event");
        writer.Write(row.Sequence!.Value);
        Write(row.Id.ToByteArray(bigEndian: true));
        writer.Write(row.At.UtcTicks);
        writer.Write((long)row.Kind);
        foreach (var text in (string?[])[null, null, null, row.Detail, null, null, row.Actor, row.Node, row.RequestId])
        {
            Write(text is null ? null : System.Text.Encoding.UTF8.GetBytes(text));
        }

        Write(row.AddressHash);
        Assert.Equal(System.Security.Cryptography.HMACSHA256.HashData(key, content.ToArray()), row.Hash);

        void Write(byte[]? bytes)
        {
            writer.Write(bytes?.Length ?? -1);
            writer.Write(bytes ?? []);
        }
    }

    [Theory]
    [InlineData("""UPDATE "SecurityEvents" SET "Method" = 1 WHERE "Sequence" = 4""")]
    [InlineData("""UPDATE "SecurityEvents" SET "Methods" = '0 1' WHERE "Sequence" = 4""")]
    [InlineData("""UPDATE "SecurityEvents" SET "Browser" = 'Firefox' WHERE "Sequence" = 4""")]
    [InlineData("""UPDATE "SecurityEvents" SET "BrowserSystem" = 'Windows' WHERE "Sequence" = 4""")]
    public async Task A_method_or_browser_put_into_a_row_that_had_none_names_it(string statement)
    {
        await using var database = _server.OpenDatabase();
        var id = await IdAtAsync(4);
        await database.Database.ExecuteSqlRawAsync(statement);

        Assert.Equal([new AuditFlaw(AuditFlawKind.Changed, 4, id)], (await VerifyAsync()).Flaws);
    }

    [Fact]
    public async Task A_row_whose_method_is_taken_away_is_named_however_it_then_looks_like_an_old_one()
    {
        await using var database = _server.OpenDatabase();
        database.SecurityEvents.Add(new(_server.Clock.GetUtcNow(), SecurityEventKind.SecondFactorProved) { Method = ProofMethod.Passkey });
        await database.SaveChangesAsync();
        await Chain.SealAsync(CancellationToken.None);
        Assert.True((await VerifyAsync()).IsSound);
        await database.SecurityEvents.Where(row => row.Method == ProofMethod.Passkey).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Method, (ProofMethod?)null).SetProperty(row => row.Detail, "TextMessage"));

        var flaw = Assert.Single((await VerifyAsync()).Flaws);
        Assert.Equal((AuditFlawKind.Changed, _sealed + 1), (flaw.Kind, flaw.Sequence));
    }

    [Fact]
    public async Task A_row_behind_the_end_is_named()
    {
        await using var database = _server.OpenDatabase();
        var id = await IdAtAsync(_sealed);
        await AddEventAsync();
        await database.SecurityEvents.Where(row => row.Sequence == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Sequence, _sealed + 1).SetProperty(row => row.Hash, new byte[32]));

        var flaw = Assert.Single((await VerifyAsync()).Flaws);
        Assert.Equal((AuditFlawKind.NotOurs, _sealed + 1), (flaw.Kind, flaw.Sequence));
        Assert.NotEqual(id, flaw.Row);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task A_row_before_the_beginning_is_named(long place)
    {
        await AddEventAsync();
        await using var database = _server.OpenDatabase();
        await database.SecurityEvents.Where(row => row.Sequence == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Sequence, place).SetProperty(row => row.Hash, new byte[32]));

        var flaw = Assert.Single((await VerifyAsync()).Flaws);
        Assert.Equal((AuditFlawKind.NotOurs, place), (flaw.Kind, flaw.Sequence));
    }

    [Fact]
    public async Task A_row_that_was_torn_out_of_the_chain_is_named_and_not_sealed_again()
    {
        var id = await IdAtAsync(4);
        await using var database = _server.OpenDatabase();
        await database.SecurityEvents.Where(row => row.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Sequence, (long?)null));
        await AddEventAsync();
        await Chain.SealAsync(CancellationToken.None);

        Assert.Contains(new AuditFlaw(AuditFlawKind.TornOut, Sequence: null, id), (await VerifyAsync()).Flaws);
    }

    [Fact]
    public async Task The_record_outlives_the_data_key_under_which_it_began()
    {
        await using var database = _server.OpenDatabase();
        var first = await database.DataKeys.AsNoTracking().SingleAsync();
        _server.Clock.Advance(DataKeyRing.RenewAfter + TimeSpan.FromMinutes(5));
        var ring = _server.App.Services.GetRequiredService<DataKeyRing>();
        await ring.LoadAsync(CancellationToken.None);
        _server.Clock.Advance(TimeSpan.FromMinutes(5));
        await AddEventAsync();
        await Chain.SealAsync(CancellationToken.None);
        await database.DataKeys.Where(key => key.Id == first.Id).ExecuteDeleteAsync();
        await ring.LoadAsync(CancellationToken.None);

        var findings = await VerifyAsync();

        Assert.True(findings.IsSound);
        Assert.True(findings.Sealed > _sealed);
    }

    [Fact]
    public async Task Two_nodes_that_seal_at_once_make_one_chain()
    {
        await using var second = await _server.StartSecondNodeAsync();
        await using var database = _server.OpenDatabase();
        for (var index = 0; index < 40; index++)
        {
            await AddEventAsync();
        }

        await Task.WhenAll(
            Chain.SealAsync(CancellationToken.None),
            second.App.Services.GetRequiredService<AuditChain>().SealAsync(CancellationToken.None));

        Assert.Equal((true, _sealed + 40, 0), await StateAsync());
    }

    [Fact]
    public async Task Two_nodes_that_seal_the_very_first_event_at_once_make_one_chain()
    {
        await using var second = await _server.StartSecondNodeAsync();
        await using var database = _server.OpenDatabase();
        await database.SecurityEvents.ExecuteDeleteAsync();
        await database.AuditHeads.ExecuteUpdateAsync(set => set
            .SetProperty(head => head.Sequence, 0).SetProperty(head => head.Hash, new byte[32])
            .SetProperty(head => head.Key, Array.Empty<byte>()).SetProperty(head => head.Mac, Array.Empty<byte>()));
        await AddEventAsync();
        await AddEventAsync();

        await Task.WhenAll(
            Chain.SealAsync(CancellationToken.None),
            second.App.Services.GetRequiredService<AuditChain>().SealAsync(CancellationToken.None));

        Assert.Equal((true, 2, 0), await StateAsync());
    }

    [Fact]
    public async Task Events_are_sealed_each_second_and_a_second_without_events_costs_one_statement()
    {
        await AddEventAsync();
        await PassSecondsAsync(2);
        await Patience.UntilAsync(
            async () =>
            {
                await PassSecondsAsync(1);
                return (await StateAsync()).Item3 == 0;
            },
            "the sealing of the event");

        Assert.Equal((true, _sealed + 1, 0), await StateAsync());
        await _server.ReloadAsync();
        _server.Statements.Reset();
        for (var second = 0; second < 5; second++)
        {
            await PassSecondsAsync(1);
        }

        // Each second is polled by the test and by the timer. What began before may end late, but once. The dispatchers look at their own
        // rows whenever they like.
        string[] ofDispatchers =
        [
            "OutgoingMails", "OutgoingTexts", "LogoutNotices", "WaitingRequests", "WebhookDeliveries", "Leases", "ImportJobs",
        ];
        var others = _server.Statements.BackgroundCommands
            .Where(command => !ofDispatchers.Any(table => command.Contains(table, StringComparison.Ordinal)))
            .ToLookup(command => command.Contains("ConfigurationVersions", StringComparison.Ordinal));
        Assert.InRange(others[true].Count(), 5, 11);
        Assert.True(others[false].Count() <= 1, string.Join('\n', others[false]));
    }

    [Fact]
    public async Task The_command_ends_with_an_error_when_something_was_changed()
    {
        Assert.Equal(0, (await CommandAsync()).Code);
        await using var database = _server.OpenDatabase();
        await database.SecurityEvents.Where(row => row.Sequence == 2)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Detail, "changed"));

        var result = await CommandAsync();

        Assert.Equal(ExitCode.Refused, result.Code);
        Assert.Contains("Event 2 (row", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    public async Task The_command_does_not_call_a_record_sound_of_which_it_read_nothing(string latest)
    {
        var result = await CommandAsync("--latest", latest);

        Assert.Equal(ExitCode.Usage, result.Code);
        Assert.Contains("--latest", result.Error, StringComparison.Ordinal);
    }

    private Task<CommandResult> CommandAsync(params string[] more) => CommandLine.RunOnAsync(
        [
            $"--Database:Provider={_server.Database.Provider}", $"--Database:ConnectionString={_server.Database.ConnectionString}",
            $"--Secrets:PassphraseFile={Path.Combine(_server.Database.Folder, "passphrase")}", $"--Sso:Issuer={SsoServer.Issuer}",
        ],
        "",
        ["audit", "verify", .. more]);

    private async Task<(bool, long, int)> StateAsync()
    {
        var findings = await VerifyAsync();
        return (findings.IsSound, findings.Sealed, findings.Waiting);
    }

    private async Task AddEventAsync()
    {
        var now = _server.Clock.GetUtcNow();
        await using var database = _server.OpenDatabase();
        database.SecurityEvents.Add(new(now, SecurityEventKind.SignedOut));
        await database.SaveChangesAsync();
    }

    private Task PassSecondsAsync(int seconds) => _server.PassAsync(TimeSpan.FromSeconds(seconds));

    private async Task<Guid> IdAtAsync(long place)
    {
        await using var database = _server.OpenDatabase();
        return await database.SecurityEvents.Where(row => row.Sequence == place).Select(row => row.Id).SingleAsync();
    }
}
