using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Admin.Outgoing;
using Sso.Admin.Webhooks;
using Sso.Data.Operations;
using Sso.Data.Webhooks;
using Sso.Protocol.Webhooks;
using Sso.Server.Operations;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Server.Tests.Webhooks;

/// <summary>From the event to a receiver over HTTP, with everything that it may answer.</summary>
public sealed class WebhookDeliveryTests(SsoServerWithPeer fixture) : IClassFixture<SsoServerWithPeer>
{
    private SsoServer Server => fixture.Server;

    [Fact]
    public async Task A_sign_in_is_told_once_with_the_subject_that_applications_know_and_a_signature_that_openssl_makes_too()
    {
        var hook = await Hook.AddAsync(fixture, "person.signed_in");
        var shop = await Server.RegisterAsync("shop");
        var ada = await (await Server.AddPersonAsync("ada")).WithAppAsync();
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(Server.OpenBrowser(), ada)).Code);
        await hook.SettleAsync();

        var message = Assert.Single(hook.Messages);
        var data = Hook.Data(message);
        Assert.Equal(
            ("POST", "application/json", "person.signed_in"), (message.Method, message.Headers["Content-Type"], Hook.Type(message)));
        Assert.Equal(
            (tokens.IdToken.Subject, tokens.IdToken.GetClaim("sid").Value, shop.Id),
            (data.GetProperty("sub").GetString(), data.GetProperty("sid").GetString(), data.GetProperty("client_id").GetString()));
        Assert.Equal(["password", "authenticator_app"], data.GetProperty("methods").EnumerateArray().Select(method => method.GetString()));
        Assert.DoesNotContain(ada.UserName, message.Body, StringComparison.Ordinal);
        var row = await hook.RowAsync();
        Assert.Equal((WebhookDeliveryStatus.Delivered, 1, row.MessageId), (row.Status, row.Attempts, message.Headers["webhook-id"]));
        var timestamp = Server.Clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        Assert.Equal(timestamp, message.Headers["webhook-timestamp"]);
        Assert.Equal(
            "v1," + await OpenSslAsync(hook.Secret, $"{row.MessageId}.{timestamp}.{message.Body}"), message.Headers["webhook-signature"]);
    }

    [Theory]
    [InlineData(HttpStatusCode.OK, WebhookDeliveryStatus.Delivered, null)]
    [InlineData(HttpStatusCode.Accepted, WebhookDeliveryStatus.Delivered, null)]
    [InlineData(HttpStatusCode.Found, WebhookDeliveryStatus.Waiting, "answer 302")]
    [InlineData(HttpStatusCode.BadRequest, WebhookDeliveryStatus.Waiting, "answer 400")]
    [InlineData(HttpStatusCode.InternalServerError, WebhookDeliveryStatus.Waiting, "answer 500")]
    public async Task What_it_answers_decides(HttpStatusCode answer, WebhookDeliveryStatus status, string? outcome)
    {
        var hook = await Hook.AddAsync(fixture, "brand.changed");
        hook.Answers(answer);
        await HappenAsync();
        await hook.SettleAsync();

        var row = await hook.RowAsync();
        Assert.Equal((status, outcome, 1), (row.Status, row.LastOutcome, row.Attempts));
        Assert.Single(hook.Messages);
        await EndAsync(hook);
    }

    [Fact]
    public async Task One_that_hangs_up_is_tried_again_under_the_same_id_until_it_is_given_up_and_is_replayed_when_it_is_mended()
    {
        var hook = await Hook.AddAsync(fixture, "brand.changed");
        hook.Does(http =>
        {
            http.Abort();
            return Task.CompletedTask;
        });
        await HappenAsync();
        await hook.SettleAsync();
        Assert.Equal("no answer", (await hook.RowAsync()).LastOutcome);
        hook.Answers(HttpStatusCode.ServiceUnavailable);
        TimeSpan[] waits =
        [
            TimeSpan.FromSeconds(6), TimeSpan.FromMinutes(6), TimeSpan.FromMinutes(36), TimeSpan.FromMinutes(144), TimeSpan.FromHours(6),
            TimeSpan.FromHours(12), TimeSpan.FromHours(12),
        ];
        foreach (var wait in waits)
        {
            Assert.Equal(WebhookDeliveryStatus.Waiting, (await hook.RowAsync()).Status);
            await hook.PassAndSettleAsync(wait);
        }

        var row = await hook.RowAsync();
        Assert.Equal((WebhookDeliveryStatus.Failed, 8, "answer 503"), (row.Status, row.Attempts, row.LastOutcome));
        Assert.Equal(8, hook.Messages.Count);
        Assert.Single(hook.Messages.Select(message => message.Headers["webhook-id"]).Distinct());
        Assert.Equal(8, hook.Messages.Select(message => message.Headers["webhook-timestamp"]).Distinct().Count());
        Assert.Contains(
            Server.Log.Lines, line => line.Contains($"{hook.Id} did not take a message at attempt 8", StringComparison.Ordinal));
        await hook.PassAndSettleAsync(TimeSpan.FromDays(1));
        Assert.Equal(8, hook.Messages.Count);

        await using var database = Server.OpenDatabase();
        var dead = await new ListWebhookDeliveries(database).ExecuteAsync(hook.Id, onlyFailed: true, CancellationToken.None);
        Assert.Equal(row.MessageId, Assert.Single(dead).Id);
        hook.Answers(HttpStatusCode.OK);
        Assert.Equal(
            1, Hook.Value(await new ReplayWebhooks(database, Server.Clock).FailedAsync(hook.Id, CancellationToken.None)).Deliveries);
        await hook.SettleAsync();
        Assert.Equal((WebhookDeliveryStatus.Delivered, 1), ((await hook.RowAsync()).Status, (await hook.RowAsync()).Attempts));
        // What was delivered may be sent again as well.
        Assert.Equal(
            1, Hook.Value(await new ReplayWebhooks(database, Server.Clock).ExecuteAsync(row.MessageId, CancellationToken.None)).Deliveries);
        await hook.SettleAsync();
        Assert.Equal(10, hook.Messages.Count(message => message.Headers["webhook-id"] == row.MessageId));
        await EndAsync(hook);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_receiver_that_asks_for_an_hour_gets_it(bool asDate)
    {
        var hook = await Hook.AddAsync(fixture, "brand.changed");
        var later = Server.Clock.GetUtcNow().AddHours(1);
        hook.Does(http =>
        {
            http.Response.StatusCode = (int)HttpStatusCode.TooManyRequests;
            http.Response.Headers.RetryAfter = asDate ? later.ToString("R", CultureInfo.InvariantCulture) : "3600";
            return Task.CompletedTask;
        });
        await HappenAsync();
        await hook.SettleAsync();
        hook.Answers(HttpStatusCode.OK);
        await hook.PassAndSettleAsync(TimeSpan.FromMinutes(59));
        Assert.Equal((WebhookDeliveryStatus.Waiting, "answer 429"), ((await hook.RowAsync()).Status, (await hook.RowAsync()).LastOutcome));
        Assert.Single(hook.Messages);
        await hook.PassAndSettleAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(WebhookDeliveryStatus.Delivered, (await hook.RowAsync()).Status);
        await EndAsync(hook);
    }

    [Fact]
    public async Task A_receiver_that_is_gone_is_disabled_hears_no_more_and_is_enabled_again()
    {
        var hook = await Hook.AddAsync(fixture, "brand.changed");
        hook.Answers(HttpStatusCode.Gone);
        await HappenAsync();
        await hook.SettleAsync();
        await Server.ReloadAsync();
        await HappenAsync();
        await hook.SettleAsync();

        Assert.Single(hook.Messages);
        Assert.Equal((WebhookDeliveryStatus.Failed, "answer 410"), ((await hook.RowAsync()).Status, (await hook.RowAsync()).LastOutcome));
        await using var database = Server.OpenDatabase();
        Assert.Equal("answer 410", (await database.Webhooks.AsNoTracking().SingleAsync(row => row.Id == hook.Id)).DisabledBecause);
        var recorded = await database.SecurityEvents.AsNoTracking().SingleAsync(
            item => item.Kind == SecurityEventKind.WebhookChanged && item.Detail == hook.Id + " disabled: answer 410");
        Assert.Equal("server", recorded.Actor);
        Assert.True((await new ReplayWebhooks(database, Server.Clock).FailedAsync(hook.Id, CancellationToken.None)).Failed(out _, out _));

        Hook.Value(await new SwitchWebhook(database, Server.Clock).ExecuteAsync(hook.Id, isOn: true, CancellationToken.None));
        await Server.ReloadAsync();
        hook.Answers(HttpStatusCode.OK);
        await HappenAsync();
        await hook.SettleAsync();
        Assert.Equal(2, hook.Messages.Count);
        await EndAsync(hook);
    }

    [Fact]
    public async Task What_waits_behind_a_receiver_that_is_gone_is_one_line_of_the_log()
    {
        var hook = await Hook.AddAsync(fixture, "brand.changed");
        hook.Answers(HttpStatusCode.ServiceUnavailable);
        for (var number = 0; number < 9; number++)
        {
            await HappenAsync();
        }

        await hook.SettleAsync();
        hook.Answers(HttpStatusCode.Gone);
        await hook.PassAndSettleAsync(TimeSpan.FromMinutes(1));
        Assert.All(await hook.RowsAsync(), row => Assert.Equal(WebhookDeliveryStatus.Failed, row.Status));
        var asked = (await hook.RowsAsync()).Count(row => row.LastOutcome == "answer 410");
        Assert.InRange(asked, 1, 2);
        await Patience.UntilAsync(() => Task.FromResult(Lines("were given up unsent: disabled").Count > 0), "the line");
        Assert.Contains($"{9 - asked} messages", Assert.Single(Lines("were given up unsent: disabled")), StringComparison.Ordinal);
        Assert.Equal(asked, Lines("did not take a message").Count);
        await EndAsync(hook);

        List<string> Lines(string words) => [.. Server.Log.Lines.Where(
            line => line.Contains(hook.Id, StringComparison.Ordinal) && line.Contains(words, StringComparison.Ordinal))];
    }

    [Fact]
    public async Task What_the_former_address_answers_late_is_not_held_against_the_new_one()
    {
        var hook = await Hook.AddAsync(fixture, "brand.changed");
        await using var database = Server.OpenDatabase();
        // It is moved while the former receiver thinks about its answer.
        hook.Does(async http =>
        {
            await using var meanwhile = Server.OpenDatabase();
            await meanwhile.Webhooks.Where(row => row.Id == hook.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Url, fixture.Peer.At("/moved").ToString()));
            http.Response.StatusCode = (int)HttpStatusCode.Gone;
        });
        await HappenAsync();
        await hook.SettleAsync();
        Assert.Equal("answer 410", (await hook.RowAsync()).LastOutcome);
        Assert.Null((await database.Webhooks.AsNoTracking().SingleAsync(row => row.Id == hook.Id)).DisabledAt);
        await EndAsync(hook);
    }

    [Fact]
    public async Task Whoever_changes_a_webhook_or_its_secret_is_told_how_much_waits_and_was_given_up()
    {
        var hook = await Hook.AddAsync(fixture, "brand.changed");
        hook.Answers(HttpStatusCode.ServiceUnavailable);
        await HappenAsync();
        await HappenAsync();
        await hook.SettleAsync();
        await using var database = Server.OpenDatabase();
        await database.WebhookDeliveries.Where(row => row.Id == database.WebhookDeliveries.Where(mine => mine.WebhookId == hook.Id)
            .OrderBy(mine => mine.Id).Select(mine => mine.Id).First()).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.Status, WebhookDeliveryStatus.Failed));
        var services = Server.App.Services;
        var changed = Hook.Value(await new ChangeWebhook(database, services.GetRequiredService<OutgoingAddresses>(), Server.Clock)
            .ExecuteAsync(hook.Id, new WebhookChange { Events = ["brand.changed", "client.changed"] }, _ => true, CancellationToken.None));
        Assert.Equal((1, 1), (changed.Waiting, changed.Failed));
        var rotated = Hook.Value(await new RotateWebhookSecret(database, services.GetRequiredService<WebhookSecrets>(), Server.Clock)
            .ExecuteAsync(hook.Id, hours: 1, CancellationToken.None)).Webhook;
        Assert.Equal((1, 1), (rotated.Waiting, rotated.Failed));
        await EndAsync(hook);
    }

    [Fact]
    public async Task A_receiver_that_takes_nothing_for_five_days_is_disabled_and_the_operators_hear_of_it()
    {
        var (owner, help) = (await Server.AddPersonAsync("capo"), await Server.AddPersonAsync("aiuto"));
        await using var database = Server.OpenDatabase();
        database.Administrators.AddRange(
            RoleOf(owner, Data.Administrators.AdministratorRole.Owner), RoleOf(help, Data.Administrators.AdministratorRole.HelpDesk));
        await database.SaveChangesAsync();
        var hook = await Hook.AddAsync(fixture, "brand.changed");
        // One that is taken in between begins the time anew.
        await FailAsync(HttpStatusCode.InternalServerError);
        Assert.NotNull(await FailingSinceAsync());
        await Server.PassAsync(TimeSpan.FromDays(3));
        await FailAsync(HttpStatusCode.NoContent);
        Assert.Null(await FailingSinceAsync());
        await FailAsync(HttpStatusCode.InternalServerError);
        var since = await FailingSinceAsync();
        foreach (var days in (double[])[1.8, 1.8, 1.3])
        {
            await Server.PassAsync(TimeSpan.FromDays(days));
            await FailAsync(HttpStatusCode.InternalServerError);
        }

        Assert.Equal(since, await FailingSinceAsync());
        Assert.Empty(await owner.MailsAsync());

        await Server.PassAsync(TimeSpan.FromDays(0.2));
        await FailAsync(HttpStatusCode.InternalServerError);

        var webhook = await database.Webhooks.AsNoTracking().SingleAsync(row => row.Id == hook.Id);
        Assert.Equal(("nothing taken for 5 days", null), (webhook.DisabledBecause, webhook.FailingSince));
        var mail = Assert.Single(await owner.MailsAsync()).Text;
        Assert.Contains($"sso webhook enable {hook.Id}", mail, StringComparison.Ordinal);
        Assert.Contains(fixture.Peer.HostAndPort, mail, StringComparison.Ordinal);
        Assert.Empty(await help.MailsAsync());
        Assert.True(await database.SecurityEvents.AnyAsync(item => item.Detail == hook.Id + " disabled: nothing taken for 5 days"));
        Assert.Contains(Server.Log.Lines, line => line.Contains($"The webhook {hook.Id} is disabled", StringComparison.Ordinal));
        await EndAsync(hook);
        await database.Administrators.ExecuteDeleteAsync();

        Data.Administrators.Administrator RoleOf(Customer person, Data.Administrators.AdministratorRole role) =>
            new() { PersonId = person.Id, Role = role, CreatedAt = Server.Clock.GetUtcNow(), CreatedBy = "a test" };

        async Task FailAsync(HttpStatusCode answer)
        {
            hook.Answers(answer);
            await HappenAsync();
            await hook.SettleAsync();
        }

        async Task<DateTimeOffset?> FailingSinceAsync() =>
            (await database.Webhooks.AsNoTracking().SingleAsync(row => row.Id == hook.Id)).FailingSince;
    }

    [Fact]
    public async Task One_that_fails_once_more_after_days_in_which_nothing_was_sent_is_not_disabled_for_those_days()
    {
        var hook = await Hook.AddAsync(fixture, "brand.changed");
        hook.Answers(HttpStatusCode.InternalServerError);
        await HappenAsync();
        await hook.SettleAsync();
        // Whatever waited is no longer to be sent: the days are quiet.
        await using var database = Server.OpenDatabase();
        await database.WebhookDeliveries.Where(row => row.WebhookId == hook.Id).ExecuteDeleteAsync();
        await Server.PassAsync(TimeSpan.FromDays(5));
        await HappenAsync();
        await hook.SettleAsync();

        var webhook = await database.Webhooks.AsNoTracking().SingleAsync(row => row.Id == hook.Id);
        Assert.Equal((null, Server.Clock.GetUtcNow()), (webhook.DisabledAt, webhook.FailingSince));
        await EndAsync(hook);
    }

    [Fact]
    public async Task A_queue_has_an_end_and_what_waits_for_a_disabled_webhook_is_given_up_and_kept_for_a_replay()
    {
        var hook = await Hook.AddAsync(fixture, "brand.changed");
        hook.Answers(HttpStatusCode.ServiceUnavailable);
        for (var number = 0; number < 8; number++)
        {
            Server.Clock.Advance(TimeSpan.FromMilliseconds(10));
            await HappenAsync();
        }

        await hook.SettleAsync();
        var before = await hook.RowsAsync();
        await TidyAsync(most: 8);
        Assert.All(await hook.RowsAsync(), row => Assert.Equal(WebhookDeliveryStatus.Waiting, row.Status));

        await TidyAsync(most: 5);
        var after = (await hook.RowsAsync()).OrderBy(row => row.CreatedAt).ToList();
        Assert.Equal(3, after.Count(row => row.Status == WebhookDeliveryStatus.Failed));
        Assert.All(after.Take(3), row => Assert.Equal((WebhookDeliveryStatus.Failed, "too many wait"), (row.Status, row.LastOutcome)));
        Assert.Contains(Server.Log.Lines, line => line.Contains($"3 messages for the webhook {hook.Id}", StringComparison.Ordinal));
        // What was given up has an end as well.
        await TidyAsync(most: 2);
        Assert.Equal(
            (2, 2), (await CountAsync(WebhookDeliveryStatus.Waiting), await CountAsync(WebhookDeliveryStatus.Failed)));

        await using var database = Server.OpenDatabase();
        var disabled = Hook.Value(
            await new SwitchWebhook(database, Server.Clock).ExecuteAsync(hook.Id, isOn: false, CancellationToken.None));
        Assert.Equal((2, 2), (disabled.Waiting, disabled.Failed));
        await TidyAsync(most: 8);
        Assert.Equal(
            (0, 4), (await CountAsync(WebhookDeliveryStatus.Waiting), await CountAsync(WebhookDeliveryStatus.Failed)));
        Hook.Value(await new SwitchWebhook(database, Server.Clock).ExecuteAsync(hook.Id, isOn: true, CancellationToken.None));
        await Server.ReloadAsync();
        hook.Answers(HttpStatusCode.OK);
        Assert.Equal(
            4, Hook.Value(await new ReplayWebhooks(database, Server.Clock).FailedAsync(hook.Id, CancellationToken.None)).Deliveries);
        await hook.SettleAsync();
        Assert.Equal(4, await CountAsync(WebhookDeliveryStatus.Delivered));
        Assert.Equal(8, before.Count);
        await EndAsync(hook);

        async Task TidyAsync(int most)
        {
            await using var context = Server.OpenDatabase();
            await new Sso.Server.Webhooks.WebhookUpkeep(
                context, Server.App.Services.GetRequiredService<ServerMetrics>(), Server.Clock,
                Server.App.Services.GetRequiredService<Microsoft.Extensions.Logging.ILogger<Sso.Server.Webhooks.WebhookUpkeep>>())
            {
                Most = most,
            }.RunAsync(CancellationToken.None);
        }

        async Task<int> CountAsync(WebhookDeliveryStatus status) => (await hook.RowsAsync()).Count(row => row.Status == status);
    }

    [Fact]
    public async Task Of_two_who_change_a_secret_at_once_each_has_one_that_signs_and_the_former_is_erased_in_time()
    {
        var hook = await Hook.AddAsync(fixture, "brand.changed");
        for (var round = 0; round < 4; round++)
        {
            var secrets = await Task.WhenAll(RotateAsync(), RotateAsync());
            await HappenAsync();
            await hook.SettleAsync();
            var told = hook.Messages[^1];
            Assert.Equal(
                secrets.Select(secret => Signatures(told, secret)).Order(StringComparer.Ordinal),
                told.Headers["webhook-signature"].Split(' ').Order(StringComparer.Ordinal));
        }

        await using var database = Server.OpenDatabase();
        Assert.NotNull((await RowAsync()).FormerSealedSecret);
        await Server.PassAsync(TimeSpan.FromHours(25));
        await Server.KeepHouseAsync();
        Assert.Equal((null, null), ((await RowAsync()).FormerSealedSecret, (await RowAsync()).FormerSecretUntil));
        await EndAsync(hook);

        Task<string> RotateAsync() => Task.Run(async () =>
        {
            await using var context = Server.OpenDatabase();
            return Hook.Value(await new RotateWebhookSecret(
                    context, Server.App.Services.GetRequiredService<WebhookSecrets>(), Server.Clock)
                .ExecuteAsync(hook.Id, hours: 24, CancellationToken.None)).Secret;
        });

        Task<Webhook> RowAsync() => database.Webhooks.AsNoTracking().SingleAsync(row => row.Id == hook.Id);
    }

    [Fact]
    public async Task Both_secrets_sign_until_the_former_one_has_had_its_time()
    {
        var hook = await Hook.AddAsync(fixture, "brand.changed");
        await using var database = Server.OpenDatabase();
        var rotation = new RotateWebhookSecret(database, Server.App.Services.GetRequiredService<WebhookSecrets>(), Server.Clock);
        var second = Hook.Value(await rotation.ExecuteAsync(hook.Id, hours: 24, CancellationToken.None)).Secret;
        await HappenAsync();
        await hook.SettleAsync();
        Assert.Equal(Signatures(hook.Messages[^1], second, hook.Secret), hook.Messages[^1].Headers["webhook-signature"]);

        await Server.PassAsync(TimeSpan.FromHours(25));
        await HappenAsync();
        await hook.SettleAsync();
        Assert.Equal(Signatures(hook.Messages[^1], second), hook.Messages[^1].Headers["webhook-signature"]);

        var third = Hook.Value(await rotation.ExecuteAsync(hook.Id, hours: 0, CancellationToken.None)).Secret;
        await HappenAsync();
        await hook.SettleAsync();
        Assert.Equal(Signatures(hook.Messages[^1], third), hook.Messages[^1].Headers["webhook-signature"]);
        Assert.True((await rotation.ExecuteAsync(hook.Id, hours: 721, CancellationToken.None)).Failed(out _, out _));
        await EndAsync(hook);
    }

    [Fact]
    public async Task What_was_rolled_back_is_not_told()
    {
        var hook = await Hook.AddAsync(fixture, "brand.changed");
        await using var database = Server.OpenDatabase();
        await using (var transaction = await database.Database.BeginTransactionAsync())
        {
            database.SecurityEvents.Add(SecurityEvent.BrandChanged(Server.Clock.GetUtcNow(), "acme", "added"));
            await database.SaveChangesAsync();
            Assert.Single(await database.WebhookDeliveries.AsNoTracking().Where(row => row.WebhookId == hook.Id).ToListAsync());
            await transaction.RollbackAsync();
        }

        await hook.SettleAsync();
        Assert.Empty(await hook.RowsAsync());
        Assert.Empty(hook.Messages);
        await EndAsync(hook);
    }

    [Fact]
    public async Task What_a_killed_node_had_begun_is_sent_by_another_when_its_lease_is_over()
    {
        var hook = await Hook.AddAsync(fixture, "brand.changed");
        await using var database = Server.OpenDatabase();
        var now = Server.Clock.GetUtcNow();
        var item = SecurityEvent.BrandChanged(now, "acme", "changed");
        var leased = new WebhookDelivery
        {
            Id = Guid.CreateVersion7(now),
            WebhookId = hook.Id,
            EventId = item.Id,
            Kind = item.Kind,
            CreatedAt = now,
            NextAttemptAt = now,
            Attempts = 1,
            LeasedUntil = now.AddSeconds(30),
        };
        database.SecurityEvents.Add(item);
        // As the node left it: what the event itself queues takes no part.
        await database.SaveChangesAsync();
        await hook.SettleAsync();
        database.WebhookDeliveries.Add(leased);
        await database.SaveChangesAsync();
        hook.Wake();
        Server.Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Single(hook.Messages);
        Server.Clock.Advance(TimeSpan.FromSeconds(2));
        await hook.SettleAsync();
        Assert.Equal(2, hook.Messages.Count);
        Assert.Equal(
            (WebhookDeliveryStatus.Delivered, 2),
            (await hook.RowsAsync()).Where(row => row.Id == leased.Id).Select(row => (row.Status, row.Attempts)).Single());
        await EndAsync(hook);
    }

    [Fact]
    public async Task Two_nodes_share_the_work_and_send_nothing_twice()
    {
        var hook = await Hook.AddAsync(fixture, "brand.changed");
        var second = await Server.StartSecondNodeAsync([.. Server.Settings]);
        try
        {
            await using var database = Server.OpenDatabase();
            database.SecurityEvents.AddRange(Enumerable.Range(0, 40).Select(
                index => SecurityEvent.BrandChanged(Server.Clock.GetUtcNow(), $"acme-{index}", "changed")));
            await database.SaveChangesAsync();
            second.App.Services.GetRequiredService<WebhookBell>().Ring();
            await hook.SettleAsync();
        }
        finally
        {
            await second.DisposeAsync();
        }

        Assert.Equal(40, hook.Messages.Count);
        Assert.Equal(40, hook.Messages.Select(message => message.Headers["webhook-id"]).Distinct().Count());
        Assert.All(await hook.RowsAsync(), row => Assert.Equal((WebhookDeliveryStatus.Delivered, 1), (row.Status, row.Attempts)));
        await EndAsync(hook);
    }

    [Fact]
    public async Task A_receiver_that_never_answers_holds_up_nobody_else_and_is_given_its_time()
    {
        var slow = await Hook.AddAsync(fixture, "brand.changed");
        var quick = await Hook.AddAsync(fixture, "brand.changed");
        slow.Does(http => Task.Delay(Patience.Limit, TimeProvider.System, http.RequestAborted));
        await HappenAsync();
        await Patience.UntilAsync(() => Task.FromResult(slow.Messages.Count == 1), "the slow one was called");
        for (var round = 0; round < 5; round++)
        {
            await HappenAsync();
        }

        await quick.SettleAsync();
        Assert.Equal(6, quick.Messages.Count);
        Assert.All(await slow.RowsAsync(), row => Assert.Equal(WebhookDeliveryStatus.Waiting, row.Status));
        slow.Answers(HttpStatusCode.OK);
        await Patience.UntilAsync(
            async () => (await slow.RowsAsync()).Any(row => row.LastOutcome == "no answer"), "the time of one call is over");
        await EndAsync(slow);
        await EndAsync(quick);
    }

    [Fact]
    public async Task A_secret_that_does_not_open_fails_for_itself_and_a_subscription_that_is_gone_fails_nobody()
    {
        var (broken, whole) = (await Hook.AddAsync(fixture, "brand.changed"), await Hook.AddAsync(fixture, "brand.changed"));
        await using var database = Server.OpenDatabase();
        await database.Webhooks.Where(row => row.Id == broken.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.SealedSecret, new byte[60]));
        await HappenAsync();
        await broken.SettleAsync();
        await whole.SettleAsync();
        Assert.Empty(broken.Messages);
        Assert.Equal((WebhookDeliveryStatus.Waiting, "cannot be made or sent"),
            ((await broken.RowAsync()).Status, (await broken.RowAsync()).LastOutcome));
        Assert.Single(whole.Messages);

        // As for a node that has not heard of it.
        await database.Webhooks.Where(row => row.Id == broken.Id).ExecuteDeleteAsync();
        await HappenAsync();
        await broken.SettleAsync();
        Assert.Contains(await broken.RowsAsync(), row => row.LastOutcome == "no longer registered");
        await EndAsync(whole);
        await Server.ReloadAsync();
    }

    private static string Signatures(PeerRequest message, params string[] secrets) => WebhookSignature.Of(
        message.Headers["webhook-id"], long.Parse(message.Headers["webhook-timestamp"], CultureInfo.InvariantCulture),
        System.Text.Encoding.UTF8.GetBytes(message.Body), secrets);

    private async Task HappenAsync()
    {
        await using var database = Server.OpenDatabase();
        database.SecurityEvents.Add(SecurityEvent.BrandChanged(Server.Clock.GetUtcNow(), "acme", "changed"));
        await database.SaveChangesAsync();
    }

    private async Task EndAsync(Hook hook)
    {
        await using var database = Server.OpenDatabase();
        Hook.Value(await new RemoveWebhook(database, Server.Clock).ExecuteAsync(hook.Id, CancellationToken.None));
        await Server.ReloadAsync();
        Assert.Empty(await hook.RowsAsync());
    }

    /// <summary>HMAC-SHA-256 by somebody else's program.</summary>
    private static async Task<string> OpenSslAsync(string secret, string signed)
    {
        var key = Convert.ToHexStringLower(Convert.FromBase64String(secret["whsec_".Length..]));
        using var openssl = Process.Start(
            new ProcessStartInfo("openssl", ["dgst", "-sha256", "-mac", "HMAC", "-macopt", "hexkey:" + key, "-r"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!;
        await openssl.StandardInput.WriteAsync(signed);
        openssl.StandardInput.Close();
        var output = await openssl.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await openssl.WaitForExitAsync(TestContext.Current.CancellationToken);
        return Convert.ToBase64String(Convert.FromHexString(output.Split(' ')[0]));
    }
}
