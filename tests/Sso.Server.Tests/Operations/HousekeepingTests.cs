using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sso.Accounts.People;
using Sso.Data.Administrators;
using Sso.Data.Authorization;
using Sso.Data.Clients;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.Imports;
using Sso.Data.Logout;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Webhooks;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Operations;

/// <summary>Nothing is kept longer than it is of use.</summary>
[Spec("S139")]
public sealed class HousekeepingTests : IAsyncLifetime
{
    /// <summary>Kept until somebody removes them, or until their person goes.</summary>
    private static readonly string[] Lasting =
    [
        "Administrators", "AppliedEntries", "AuditHead", "Brands", "Clients", "ConfigurationVersions", "Consents", "DataKeys",
        "DataProtectionKeys", "Leases", "ManagedClients", "Nodes", "PairwiseKeys", "PausedRoutes", "People", "RecoveryCodes",
        "Resources", "SigningKeys", "Webhooks",
    ];

    private readonly SsoServer _server = new();

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Every_expiring_table_is_empty_when_its_time_is_over()
    {
        await FillAsync();
        var filled = await CountAsync();
        Assert.All(filled, table => Assert.True(table.Rows > 0, table.Name));

        await PassAsync(TimeSpan.FromHours(2));
        Assert.Equal(
            ["ImportChunks", "ImportJobs", "MessageChallenges", "OwedNotices", "PushedRequests", "WaitingRequests"], await EmptyAsync());
        await PassAsync(TimeSpan.FromDays(5));
        Assert.Equal(
            [
                "ContactChanges", "FactorRecoveries", "IdempotentRequests", "ImportChunks", "ImportJobs", "MessageChallenges",
                "OutgoingTexts", "OwedNotices", "Proposals", "PushedRequests", "SecondFactors", "WaitingRequests",
            ],
            await EmptyAsync());
        await PassAsync(TimeSpan.FromDays(27));
        foreach (var table in (string[])["AccountDeletions", "Grants", "MailedLinks", "Sessions", "TrustedDevices"])
        {
            Assert.Contains(table, await EmptyAsync());
        }

        await PassAsync(TimeSpan.FromDays(400));
        Assert.Equal(filled.Select(table => table.Name).Except(["SecurityEvents"]), await EmptyAsync());
    }

    [Fact]
    public async Task Numbers_that_an_older_version_stored_can_be_looked_up_after_a_minute()
    {
        const string Number = "+393471234567";
        var ada = await _server.AddPersonAsync("ada");
        await _server.EnrolPhoneAsync(ada.Id, Number);
        await using var database = _server.OpenDatabase();
        await database.SecondFactors.ExecuteUpdateAsync(set => set.SetProperty(row => row.NumberHash, (byte[]?)null));
        Assert.Empty(await FoundAsync());

        await PassAsync(TimeSpan.FromMinutes(1));

        await UntilAsync(async () => (await FoundAsync()).Contains(ada.Subject));

        async Task<IEnumerable<string>> FoundAsync()
        {
            await using var scope = _server.App.Services.CreateAsyncScope();
            var outcome = await scope.ServiceProvider.GetRequiredService<FindByNumber>()
                .ExecuteAsync(Number, after: null, 50, CancellationToken.None);
            Assert.False(outcome.Failed(out _, out var page));
            return page!.People.Select(person => person.Sub);
        }
    }

    [Fact]
    public async Task A_number_that_does_not_open_is_told_once_and_not_each_minute()
    {
        var ada = await _server.AddPersonAsync("ada");
        await _server.EnrolPhoneAsync(ada.Id);
        await using var database = _server.OpenDatabase();
        await database.SecondFactors.ExecuteUpdateAsync(
            set => set.SetProperty(row => row.NumberHash, (byte[]?)null).SetProperty(row => row.Protected, new byte[60]));

        var housekeeping = _server.App.Services.GetServices<IHostedService>().OfType<Housekeeping>().Single();
        await housekeeping.RunAsync(CancellationToken.None);
        await housekeeping.RunAsync(CancellationToken.None);

        Assert.Single(_server.Log.Lines, line => line.Contains("1 phone numbers do not open", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_node_that_was_killed_is_forgotten_after_a_day_with_what_it_said_of_its_routes_and_one_that_is_there_stays()
    {
        await using var database = _server.OpenDatabase();
        var now = _server.Clock.GetUtcNow();
        var killed = new Node { Id = Guid.CreateVersion7(now), Name = "killed:1", Version = "1", StartedAt = now, SeenAt = now };
        database.Nodes.Add(killed);
        database.PausedRoutes.Add(
            new PausedRoute { NodeId = killed.Id, Route = "twilio", Since = now, Until = now, Cause = "ProviderDown" });
        await database.SaveChangesAsync();

        await PassAsync(TimeSpan.FromHours(23));
        Assert.True(await database.PausedRoutes.AnyAsync());
        await PassAsync(TimeSpan.FromHours(2));

        await Patience.UntilAsync(() => database.Nodes.AnyAsync(), "the node that is there says so");
        Assert.False(await database.Nodes.AnyAsync(node => node.Id == killed.Id));
        Assert.False(await database.PausedRoutes.AnyAsync());
    }

    [Fact]
    public async Task Counters_that_expired_are_deleted_in_batches_by_the_key_by_which_they_are_counted()
    {
        await using var database = _server.OpenDatabase();
        var now = _server.Clock.GetUtcNow();
        database.AttemptCounters.AddRange(Enumerable.Range(0, (2 * Batches.Size) + 1).Select(
            index => new AttemptCounter { Key = AttemptCounter.KeyOf("test", $"{index}"), ExpiresAt = now.AddSeconds(-index - 1) }));
        var living = new AttemptCounter { Key = AttemptCounter.KeyOf("test", "living"), ExpiresAt = now.AddMinutes(1) };
        database.AttemptCounters.Add(living);
        await database.SaveChangesAsync();
        _server.Statements.Reset();

        await database.PruneAttemptCountersAsync(now, CancellationToken.None);

        Assert.Equal(living.Key, (await database.AttemptCounters.AsNoTracking().SingleAsync()).Key);
        var deletes = _server.Statements.BackgroundCommands
            .Where(command => command.StartsWith("DELETE FROM \"AttemptCounters\"", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, deletes.Count);
        Assert.All(deletes, delete => Assert.Contains("\"Key\"", delete, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_expired_is_deleted_in_batches_until_nothing_is_left()
    {
        await using var database = _server.OpenDatabase();
        var now = _server.Clock.GetUtcNow();
        database.Leases.AddRange(
            Enumerable.Range(0, Batches.Size + 1).Select(index => new Lease { Name = $"test-{index}", Holder = "test", Until = now }));
        await database.SaveChangesAsync();
        _server.Statements.Reset();

        await database.Leases.Where(lease => lease.Holder == "test").DeleteInBatchesAsync(lease => lease.Until, CancellationToken.None);

        Assert.False(await database.Leases.AnyAsync(lease => lease.Holder == "test"));
        Assert.Equal(
            2,
            _server.Statements.BackgroundCommands.Count(command => command.StartsWith("DELETE FROM \"Leases\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_new_table_is_either_pruned_or_meant_to_last()
    {
        await FillAsync();
        await using var database = _server.OpenDatabase();
        var tables = database.Model.GetEntityTypes().Select(type => type.GetTableName()!).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(tables, Lasting.Concat((await CountAsync()).Select(table => table.Name)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_running_server_does_all_of_it_by_itself_each_minute()
    {
        await FillAsync();
        await using var database = _server.OpenDatabase();
        var (tables, keys) =
            ((await CountAsync()).Select(table => table.Name).ToList(), await database.SigningKeys.Select(key => key.Id).ToListAsync());

        await TickAsync(TimeSpan.FromHours(2));
        await UntilAsync(
            async () => (await EmptyAsync()).SequenceEqual(
                ["ImportChunks", "ImportJobs", "MessageChallenges", "OwedNotices", "PushedRequests", "WaitingRequests"]));
        await TickAsync(TimeSpan.FromDays(32));
        await UntilAsync(
            async () =>
                !((string[])["AccountDeletions", "Grants", "MailedLinks", "Sessions", "TrustedDevices"]).Except(await EmptyAsync()).Any());
        await TickAsync(TimeSpan.FromDays(400));
        await UntilAsync(async () => (await EmptyAsync()).SequenceEqual(tables.Except(["SecurityEvents"])));
        // Their owner is gone, and a key that signed then signs no more, which the poll sees to and not this round.
        Assert.False(await database.Users.AnyAsync(person => person.UserName!.StartsWith("di")));
        await UntilAsync(async () => !await database.SigningKeys.AnyAsync(key => keys.Contains(key.Id)));

        // What is not sealed yet is erased and deleted by a later round.
        await TickAsync(TimeSpan.FromDays(91));
        await TickAsync(TimeSpan.Zero);
        await UntilAsync(async () => !await database.SecurityEvents.AnyAsync(item => item.Address != null));
        await TickAsync(TimeSpan.FromDays(732));
        var old = _server.Clock.GetUtcNow().AddDays(-731);
        await UntilAsync(async () => !await database.SecurityEvents.AnyAsync(item => item.At < old));
    }

    [Fact]
    public async Task A_step_that_fails_is_told_each_minute_and_keeps_no_other_from_being_done()
    {
        await using var database = _server.OpenDatabase();
        var now = _server.Clock.GetUtcNow();
        database.AccountDeletions.Add(
            new AccountDeletion { PersonId = Guid.CreateVersion7(now), RequestedAt = now, DueAt = now, Language = "it" });
        database.PushedRequests.Add(
            new PushedRequest { Hash = new byte[32], ClientId = "shop", Protected = [], CreatedAt = now, ExpiresAt = now.AddMinutes(30) });
        await database.SaveChangesAsync();

        await TickAsync(TimeSpan.FromHours(1));
        await UntilAsync(async () => !await database.PushedRequests.AnyAsync());
        var told = Told();
        Assert.True(told > 0);
        await TickAsync(TimeSpan.Zero);
        await UntilAsync(() => Task.FromResult(Told() > told));
        Assert.True(await database.AccountDeletions.AnyAsync());

        int Told() => _server.Log.Lines.Count(line => line.Contains("Housekeeping failed at its step deletions", StringComparison.Ordinal));
    }

    /// <summary>A day in the life of the server: each table gets at least one row.</summary>
    private async Task FillAsync()
    {
        var shop = await _server.RegisterAsync("shop", client => client.AcceptsTrustedDevices = true);
        var bo = await (await _server.AddPersonAsync("bo")).WithPhoneAsync();
        var browser = _server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync(shop.AuthorizeUrl(("scope", "openid offline_access"))), bo);
        await TextHasLeftAsync();
        var answer = await browser.SubmitAsync(page, ("Input.Code", await _server.LatestTextCodeAsync(bo.Id)), ("Input.Trust", "true"));
        await shop.RedeemAsync(answer.Code);
        await browser.SubmitAsync(await browser.GetAsync("/password/forgot"), ("Input.UserName", bo.UserName));

        var flo = await _server.AddPersonAsync("flo");
        var enrolling = _server.OpenBrowser();
        page = await Journey.PasswordAsync(enrolling, await enrolling.GetAsync("/account"), flo);
        await enrolling.GetAsync("/account/mfa/app" + page.Url.Query);

        var ada = await (await _server.AddPersonAsync("ada")).WithAppAsync();
        var lost = _server.OpenBrowser();
        page = await Journey.PasswordAsync(lost, await lost.GetAsync("/account"), ada);
        await lost.SubmitAsync(await lost.GetAsync("/signin/verify/lost" + page.Url.Query));

        var di = await (await _server.AddPersonAsync("di")).WithAppAsync();
        var leaving = _server.OpenBrowser();
        await Journey.SignInAsync(leaving, di, "/account");
        await leaving.SubmitAsync(await leaving.GetAsync("/account/data/delete"), ("Input.UserName", di.UserName));

        await using var database = _server.OpenDatabase();
        var now = _server.Clock.GetUtcNow();
        database.ContactChanges.Add(
            new ContactChange
            {
                Id = Guid.CreateVersion7(now),
                PersonId = bo.Id,
                Kind = ContactKind.Email,
                CreatedAt = now,
                NewEmail = "new@example.it",
            });
        var kept = now + IdempotentRequest.Kept;
        var import = new ImportJob
        {
            Id = Guid.CreateVersion7(now),
            UploadedBy = "administrator:x",
            CreatedAt = now,
            ExpiresAt = now + ImportJob.DraftLife,
            EmailsAreVerified = false,
            PhonesAreVerified = false,
            Lines = 1,
            Good = 1,
            AlreadyHere = 0,
            Refused = 0,
            WithSecondFactor = 0,
            Wrapped = 0,
            PhonesLeftOut = 0,
        };
        database.ImportJobs.Add(import);
        database.ImportChunks.Add(new ImportChunk { JobId = import.Id, Number = 0, Protected = [1], Outcomes = "[]" });
        database.IdempotentRequests.Add(
            new IdempotentRequest { Key = new byte[32], RequestHash = new byte[32], Protected = [], ExpiresAt = kept });
        database.PushedRequests.Add(
            new PushedRequest { Hash = new byte[32], ClientId = shop.Id, Protected = [], CreatedAt = now, ExpiresAt = now.AddMinutes(30) });
        database.WaitingRequests.Add(new WaitingRequest
        {
            Id = Guid.CreateVersion7(now),
            Kind = WaitingKind.Device,
            HandleHash = new byte[32],
            ClientId = shop.Id,
            Protected = [],
            CreatedAt = now,
            ExpiresAt = now.AddMinutes(10),
            Interval = 5,
        });
        database.LogoutNotices.Add(
            new LogoutNotice
            {
                SessionId = Guid.CreateVersion7(now),
                ClientId = shop.Id,
                PersonId = bo.Id,
                CreatedAt = now,
                GivenUpAt = now.AddDays(1),
            });
        database.WebhookDeliveries.AddRange(
            new WebhookDelivery { Id = Guid.CreateVersion7(now), WebhookId = "wh_1", CreatedAt = now },
            Done(WebhookDeliveryStatus.Delivered),
            Done(WebhookDeliveryStatus.Failed));
        WebhookDelivery Done(WebhookDeliveryStatus status) =>
            new() { Id = Guid.CreateVersion7(now), WebhookId = "wh_1", CreatedAt = now, Status = status, DoneAt = now };
        database.RegistrationTokens.Add(
            new RegistrationToken { Id = "partner", Hash = new byte[32], CreatedAt = now, ExpiresAt = now.AddDays(1), MostUses = 1 });
        database.Proposals.Add(new Proposal
        {
            Act = ProposedAct.FactorReset,
            PersonId = bo.Id,
            ProposerId = di.Id,
            ProposedAt = now,
            ExpiresAt = now + Proposal.Life,
            Checks = IdentityChecks.Document,
            Reference = "ticket 4711",
        });
        database.OwedNotices.Add(new OwedNotice(bo.Id, OwedNoticeKind.PasswordChanged, now));
        database.BackendAddresses.Add(
            new BackendAddress { ClientId = shop.Id, Address = "192.0.2.1", FirstRequestAt = now, LastRequestAt = now });
        database.DeliveryAlerts.Add(
            new DeliveryAlert { Key = new byte[32], At = _server.Clock.GetUtcNow(), Limit = "text-all-hour", Subject = "" });
        await database.SaveChangesAsync();
        // Methods that are proved last; what is counted below is what is pending.
        await database.SecondFactors.Where(factor => factor.ActivatedAt != null).ExecuteDeleteAsync();
    }

    /// <summary>A text whose code was used before it left does not leave any more.</summary>
    private async Task TextHasLeftAsync()
    {
        await using var database = _server.OpenDatabase();
        await Patience.UntilAsync(() => database.TextDeliveries.AnyAsync(), "the text leaves");
    }

    private async Task PassAsync(TimeSpan time)
    {
        await _server.PassAsync(time);
        await _server.KeepHouseAsync();
    }

    /// <summary>Time passes until the timer of the server fires; nobody calls what it does.</summary>
    private async Task TickAsync(TimeSpan time)
    {
        await _server.PassAsync(time);
        // The node knows that it is ready when the minute is full.
        await _server.PassAsync(TimeSpan.FromSeconds(59));
        _server.Clock.Advance(TimeSpan.FromSeconds(1));
    }

    /// <summary>
    /// More minutes pass while it is not so: a timer begins to run a moment after the start, and an event is sealed in a second of its own.
    /// </summary>
    private Task UntilAsync(Func<Task<bool>> isSo)
    {
        var looks = 0;
        return Patience.UntilAsync(
            async () =>
            {
                if (++looks % 100 == 0)
                {
                    await TickAsync(TimeSpan.Zero);
                }

                return await isSo();
            },
            "what the timer of the server should have done");
    }

    private async Task<List<string>> EmptyAsync() => [.. (await CountAsync()).Where(table => table.Rows == 0).Select(table => table.Name)];

    private async Task<List<(string Name, int Rows)>> CountAsync()
    {
        await using var database = _server.OpenDatabase();
        return
        [
            ("AccountDeletions", await database.AccountDeletions.CountAsync()),
            ("AttemptCounters", await database.AttemptCounters.CountAsync()),
            ("BackendAddresses", await database.BackendAddresses.CountAsync()),
            ("ContactChanges", await database.ContactChanges.CountAsync()),
            ("DeliveryAlerts", await database.DeliveryAlerts.CountAsync()),
            ("FactorRecoveries", await database.FactorRecoveries.CountAsync()),
            ("Grants", await database.Grants.CountAsync()),
            ("IdempotentRequests", await database.IdempotentRequests.CountAsync()),
            ("ImportChunks", await database.ImportChunks.CountAsync()),
            ("ImportJobs", await database.ImportJobs.CountAsync()),
            ("KnownBrowsers", await database.KnownBrowsers.CountAsync()),
            ("LogoutNotices", await database.LogoutNotices.CountAsync()),
            ("MailedLinks", await database.MailedLinks.CountAsync()),
            ("MessageChallenges", await database.MessageChallenges.CountAsync()),
            ("OutgoingMails", await database.OutgoingMails.CountAsync()),
            ("OutgoingTexts", await database.OutgoingTexts.CountAsync()),
            ("OwedNotices", await database.OwedNotices.CountAsync()),
            ("Proposals", await database.Proposals.CountAsync()),
            ("PushedRequests", await database.PushedRequests.CountAsync()),
            ("RegistrationTokens", await database.RegistrationTokens.CountAsync()),
            ("SecondFactors", await database.SecondFactors.CountAsync()),
            ("SecurityEvents", await database.SecurityEvents.CountAsync()),
            ("Sessions", await database.Sessions.CountAsync()),
            ("TextDeliveries", await database.TextDeliveries.CountAsync()),
            ("TrustedDevices", await database.TrustedDevices.CountAsync()),
            ("WaitingRequests", await database.WaitingRequests.CountAsync()),
            ("WebhookDeliveries", await database.WebhookDeliveries.CountAsync()),
        ];
    }
}
