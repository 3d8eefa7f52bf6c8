using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Administrators;
using Sso.Data.Authorization;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.Logout;
using Sso.Data.People;
using Sso.Data.Sessions;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Account;

/// <summary>The file of one's data against the model: no table can be added without deciding whether its rows are somebody's.</summary>
[OneDatabase]
public sealed class DataExportTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    /// <summary>Each table that names a person, and the member of the file that tells of it.</summary>
    private static readonly Dictionary<string, string> Exported = new()
    {
        ["AccountDeletions"] = "deletion_due_at",
        ["Administrators"] = "console_role",
        ["Consents"] = "applications",
        ["ContactChanges"] = "contact_changes",
        ["FactorRecoveries"] = "lost_factors_replaceable_at",
        ["Grants"] = "applications",
        ["KnownBrowsers"] = "known_browsers_last_seen_at",
        ["LogoutNotices"] = "sign_outs_told",
        ["MailedLinks"] = "mailed_links",
        ["ManagedClients"] = "console_role",
        ["OutgoingTexts"] = "notices_by_text",
        // For a minute; what they tell is among the events.
        ["OwedNotices"] = "activity",
        ["People"] = "profile",
        // For a day; who proposed it, and how they knew that it is the person, is among the events.
        ["Proposals"] = "activity",
        ["RecoveryCodes"] = "recovery_codes_left",
        ["SecondFactors"] = "methods",
        ["SecurityEvents"] = "activity",
        ["Sessions"] = "sessions",
        ["TrustedDevices"] = "trusted_devices",
        ["WaitingRequests"] = "requests",
    };

    /// <summary>Every other table, and why nothing of it is in the file.</summary>
    private static readonly Dictionary<string, string> NobodysData = new()
    {
        ["AppliedEntries"] = "of the operator",
        ["AttemptCounters"] = "keyed by hashes of what is counted",
        ["AuditHead"] = "the end of the chain of events",
        ["BackendAddresses"] = "of back ends of applications, for 30 days",
        ["Brands"] = "of the operator",
        ["Clients"] = "of the operator",
        ["ConfigurationVersions"] = "numbers",
        ["DataKeys"] = "keys",
        ["DataProtectionKeys"] = "keys",
        ["DeliveryAlerts"] = "prefixes and masked numbers, for operators",
        ["IdempotentRequests"] = "for a day, sealed, by a hash of the key of a program",
        ["ImportChunks"] = "sealed until they are imported, for a day at most; afterwards numbers of lines",
        ["ImportJobs"] = "of the operator: name, hash and lines of a file",
        ["Leases"] = "names of nodes",
        ["MessageChallenges"] = "codes on their way, gone after an hour",
        ["Nodes"] = "names of nodes",
        ["OutgoingMails"] = "sealed until they leave; afterwards a masked address without a person; what they told is among the events",
        ["PairwiseKeys"] = "keys",
        ["PausedRoutes"] = "names of routes for texts",
        ["PushedRequests"] = "of an application; for a minute, and without a person",
        ["RegistrationTokens"] = "of the operator",
        ["Resources"] = "of the operator",
        ["SigningKeys"] = "keys",
        ["TextDeliveries"] = "masked numbers without a person; what was told is among the events",
        ["WebhookDeliveries"] = "of the operator; the events that were told are in the file",
        ["Webhooks"] = "of the operator",
    };

    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public void Every_table_is_in_the_file_or_has_a_reason_not_to_be()
    {
        using var database = server.OpenDatabase();
        var tables = database.Model.GetEntityTypes().Where(type => !type.IsOwned()).ToList();
        Assert.Equal(
            tables.Select(type => type.GetTableName()!).Distinct().Order(StringComparer.Ordinal),
            Exported.Keys.Concat(NobodysData.Keys).Order(StringComparer.Ordinal));
        Assert.All(
            tables.Where(type => type.FindProperty("PersonId") is not null || type.ClrType == typeof(Person)),
            type => Assert.Contains(type.GetTableName()!, Exported.Keys));
    }

    [Fact]
    public async Task A_row_in_each_of_these_tables_is_seen_in_the_file_of_its_owner_and_in_no_other()
    {
        var shop = await server.RegisterAsync("shop", client => client.ConsentRequired = true);
        var (ada, bo) = (await NewAsync("ada"), await NewAsync("bo"));
        var browser = server.OpenBrowser();
        await shop.RedeemAsync((await shop.SignInAsync(browser, ada)).Code);
        await browser.GetAsync("/account");
        await AddRowsAsync(ada, "marked-" + ada.UserName);

        using var file = JsonDocument.Parse(await DownloadAsync(browser, ada));
        foreach (var (table, member) in Exported)
        {
            Assert.True(file.RootElement.TryGetProperty(member, out var told) && !IsEmpty(told), $"The file tells nothing of {table}.");
        }

        Assert.Equal("marked-" + ada.UserName, file.RootElement.GetProperty("profile").GetProperty("external_id").GetString());
        var text = file.RootElement.GetRawText();
        Assert.Contains("marked-" + ada.UserName, file.RootElement.GetProperty("sign_outs_told").GetRawText(), StringComparison.Ordinal);
        Assert.Contains("AppManager", file.RootElement.GetProperty("console_role").GetRawText(), StringComparison.Ordinal);
        Assert.Contains("marked-" + ada.UserName, file.RootElement.GetProperty("console_role").GetRawText(), StringComparison.Ordinal);
        Assert.Contains("GivenUp", file.RootElement.GetProperty("sign_outs_told").GetRawText(), StringComparison.Ordinal);
        Assert.Contains("marked-" + ada.UserName, file.RootElement.GetProperty("requests").GetRawText(), StringComparison.Ordinal);
        Assert.Equal(2, file.RootElement.GetProperty("applications").GetArrayLength());
        Assert.DoesNotContain(bo.UserName, text, StringComparison.Ordinal);

        var other = await DownloadAsync(await SignedInAsync(bo), bo);
        Assert.DoesNotContain(ada.UserName, other, StringComparison.Ordinal);
        using var empty = JsonDocument.Parse(other);
        foreach (var member in (string[])
        [
            "applications", "contact_changes", "sign_outs_told", "notices_by_text", "trusted_devices", "requests",
        ])
        {
            Assert.Equal((member, 0), (member, empty.RootElement.GetProperty(member).GetArrayLength()));
        }
    }

    private async Task<Customer> NewAsync(string name) => await (await server.AddPersonAsync(name)).WithAppAsync();

    private async Task<Browser> SignedInAsync(Customer customer)
    {
        var browser = server.OpenBrowser();
        await Journey.SignInAsync(browser, customer, "/account");
        return browser;
    }

    /// <summary>What is not made by signing in.</summary>
    private async Task AddRowsAsync(Customer owner, string mark)
    {
        await using var database = server.OpenDatabase();
        var now = server.Clock.GetUtcNow();
        (await database.Users.SingleAsync(person => person.Id == owner.Id)).ExternalId = mark;
        database.Administrators.Add(
            new Administrator { PersonId = owner.Id, Role = AdministratorRole.AppManager, CreatedAt = now, CreatedBy = "a test" });
        database.ManagedClients.Add(new ManagedClient { PersonId = owner.Id, ClientId = mark });
        database.LogoutNotices.Add(new LogoutNotice
        {
            SessionId = Guid.CreateVersion7(now),
            ClientId = mark,
            PersonId = owner.Id,
            CreatedAt = now,
            GivenUpAt = now,
            Status = LogoutNoticeStatus.GivenUp,
        });
        database.WaitingRequests.Add(new WaitingRequest
        {
            Id = Guid.CreateVersion7(now),
            Kind = WaitingKind.Backchannel,
            HandleHash = Guid.CreateVersion7(now).ToByteArray().Concat(new byte[16]).ToArray(),
            ClientId = mark,
            PersonId = owner.Id,
            Protected = [],
            CreatedAt = now,
            ExpiresAt = now.AddMinutes(10),
            Interval = 5,
        });
        database.OutgoingTexts.Add(new OutgoingText
        {
            Id = Guid.CreateVersion7(now),
            PersonId = owner.Id,
            Notice = TextNotice.EmailChanged,
            Purpose = TextPurpose.Notice,
            Language = "it",
            CreatedAt = now,
            ExpiresAt = now,
            Status = OutgoingTextStatus.Sent,
        });
        database.TrustedDevices.Add(new TrustedDevice
        {
            Id = Guid.CreateVersion7(now),
            PersonId = owner.Id,
            SecretHash = new byte[32],
            CreatedAt = now,
            ExpiresAt = now.AddDays(1),
            LastUsedAt = now,
        });
        database.ContactChanges.Add(
            new ContactChange
            {
                Id = Guid.CreateVersion7(now),
                PersonId = owner.Id,
                Kind = ContactKind.Email,
                CreatedAt = now,
                NewEmail = $"{mark}@example.it",
            });
        database.RecoveryCodes.Add(
            new RecoveryCode
            {
                Hash = Guid.CreateVersion7(now).ToByteArray().Concat(new byte[16]).ToArray(),
                PersonId = owner.Id,
                CreatedAt = now,
            });
        database.FactorRecoveries.Add(
            new FactorRecovery
            {
                PersonId = owner.Id,
                RequestedAt = now,
                ReadyAt = now.AddDays(1),
                ExpiresAt = now.AddDays(2),
                Language = "it",
            });
        database.AccountDeletions.Add(
            new AccountDeletion { PersonId = owner.Id, RequestedAt = now, DueAt = now.AddDays(14), Language = "it" });
        await database.SaveChangesAsync();
    }

    private static async Task<string> DownloadAsync(Browser browser, Customer owner)
    {
        var page = await browser.GetAsync("/account/data");
        Assert.True(page.Path == "/account/data", $"{owner.UserName} came to {page.Path}.");
        return (await browser.SubmitAsync(page, "download", [])).Text;
    }

    private static bool IsEmpty(JsonElement told) => told.ValueKind switch
    {
        JsonValueKind.Array => told.GetArrayLength() == 0,
        JsonValueKind.Number => told.GetInt32() == 0,
        JsonValueKind.Object or JsonValueKind.String => false,
        _ => true,
    };
}
