using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data;
using Sso.Data.Clients;
using Sso.Data.Operations;
using Sso.Data.Secrets;
using Sso.Protocol.Clients;
using Sso.Server.Engine;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Operations;

/// <summary>
/// A database that an older version wrote, the last before OpenIddict carried the protocol: an operator who brings it up to date loses no
/// client, no grant and no key. The folder <c>OlderDatabase</c> holds its rows as that version left them, its passphrase, and what its
/// clients had been given.
/// </summary>
[OneDatabase]
public sealed class OlderDatabaseTests
{
    /// <summary>The newest migration of that version.</summary>
    private const string ItsSchema = "20261124000000_Initial";

    public static TheoryData<string> Providers => ["Sqlite", "PostgreSql"];

    [Theory, MemberData(nameof(Providers))]
    public async Task Tokens_that_were_issued_before_are_refreshed_and_the_old_secret_still_counts(string provider)
    {
        await using var older = await OlderDatabase.OpenAsync(provider);
        var (shop, app) =
            (older.Party("shop", ClientAuthenticationMethod.ClientSecretBasic), older.Party("app", ClientAuthenticationMethod.None));

        var refreshed = await shop.RefreshAsync(older.Text("shop_refresh_token"));
        var ofPublic = await app.RefreshAsync(older.Text("app_refresh_token"));

        Assert.NotNull(refreshed.AccessToken);
        Assert.NotNull(ofPublic.AccessToken);
        Assert.NotEqual(older.Text("shop_refresh_token"), refreshed.RefreshToken);
        Assert.Equal("invalid_grant", (await shop.RefreshAsync(older.Text("app_refresh_token"))).Error);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task Access_tokens_that_were_issued_before_open_userinfo_and_end_with_their_grant(string provider)
    {
        await using var older = await OlderDatabase.OpenAsync(provider);
        var shop = older.Party("shop", ClientAuthenticationMethod.ClientSecretBasic);

        var told = await shop.UserInfoAsync(older.Text("shop_access_token"));
        await shop.RevokeAsync(older.Text("shop_refresh_token"));
        var afterwards = await shop.UserInfoAsync(older.Text("shop_access_token"));

        Assert.Equal("ada1", told.Body.GetProperty("preferred_username").GetString());
        Assert.Equal(401, (int)afterwards.Status);
    }

    [Theory, MemberData(nameof(Providers))]
    public async Task The_key_that_signed_before_is_still_published(string provider)
    {
        await using var older = await OlderDatabase.OpenAsync(provider);

        var header = JsonDocument.Parse(Microsoft.IdentityModel.Tokens.Base64UrlEncoder.Decode(older.Text("shop_id_token").Split('.')[0]))
            .RootElement;
        using var client = older.Server.Backchannel();
        var published = JsonDocument.Parse(await client.GetStringAsync(PublishedDocuments.KeySetPath)).RootElement;

        Assert.Contains(
            header.GetProperty("kid").GetString(),
            published.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()));
    }

    /// <summary>Whose columns for methods are empty; sealed from now on as they stand.</summary>
    [Theory, MemberData(nameof(Providers))]
    public async Task Events_that_were_recorded_before_are_read_and_the_record_goes_on(string provider)
    {
        await using var older = await OlderDatabase.OpenAsync(provider);
        await older.Server.App.Services.GetRequiredService<AuditChain>().SealAsync(CancellationToken.None);

        await using var context = older.Server.OpenDatabase();
        var events = await context.SecurityEvents.AsNoTracking().Where(row => row.PersonId != null).ToListAsync();
        var findings = await older.Server.App.Services.GetRequiredService<AuditVerification>().RunAsync(20, CancellationToken.None);

        Assert.Equal(
            [
                "PasswordProved ", "PasswordProved ", "SecondFactorProved AuthenticatorApp", "SecondFactorProved AuthenticatorApp",
                "SignedIn Password AuthenticatorApp", "SignedIn Password AuthenticatorApp",
            ],
            events.Select(item => $"{item.Kind} {string.Join(' ', EventFacts.Of(item).Methods)}").Order(StringComparer.Ordinal));
        Assert.All(events, item => Assert.Null(item.Method));
        Assert.True(findings.IsSound);
        Assert.True(findings.Sealed >= events.Count);
    }

    private sealed class OlderDatabase(TestDatabase database, SsoServer server, JsonElement facts) : IAsyncDisposable
    {
        public SsoServer Server => server;

        public static async Task<OlderDatabase> OpenAsync(string provider)
        {
            Assert.SkipWhen(TestDatabase.WhyNot(provider) is not null, $"{provider}: {TestDatabase.WhyNot(provider)}");
            var facts = JsonDocument.Parse(await ReadAsync($"{provider}.json")).RootElement;
            var database = await TestDatabase.CreateAsync(provider, async database =>
            {
                await using var context = database.Open();
                await context.GetService<IMigrator>().MigrateAsync(ItsSchema);
                await context.Database.OpenConnectionAsync();
                await using var command = context.Database.GetDbConnection().CreateCommand();
                command.CommandText = await ReadAsync($"{provider}.sql");
                await command.ExecuteNonQueryAsync();
                await File.WriteAllTextAsync(Path.Combine(database.Folder, "passphrase"), facts.GetProperty("passphrase").GetString());
                await context.MigrateAsync(CancellationToken.None);
                await WrapCheaplyAsync(context, facts.GetProperty("passphrase").GetString()!);
            });
            return new(database, await SsoServer.OnAsync(database), facts);
        }

        public string Text(string name) => facts.GetProperty(name).GetString()!;

        public RelyingParty Party(string name, ClientAuthenticationMethod method) => new(
            server,
            new ClientRegistration
            {
                Id = Text($"{name}_id"),
                Name = name,
                AuthenticationMethod = method,
                CreatedAt = server.Clock.GetUtcNow(),
            },
            method == ClientAuthenticationMethod.None ? null : Text($"{name}_secret"));

        public async ValueTask DisposeAsync()
        {
            await server.DisposeAsync();
            await database.DisposeAsync();
        }

        /// <summary>The program derives its wrapping key in as many rounds as it did then; the servers of these tests in fewer.</summary>
        private static async Task WrapCheaplyAsync(SsoDbContext context, string passphrase)
        {
            foreach (var key in await context.DataKeys.AsNoTracking().ToListAsync())
            {
                var wrapped = WrappingKey.FromPassphrase(passphrase)
                    .Wrap(WrappingKey.FromPassphrase(passphrase, WrappingKey.ProgramRounds).Unwrap(key.Wrapped));
                await context.DataKeys.Where(row => row.Id == key.Id)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.Wrapped, wrapped));
            }
        }

        private static Task<string> ReadAsync(string file) =>
            File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Operations", "OlderDatabase", file));
    }
}
