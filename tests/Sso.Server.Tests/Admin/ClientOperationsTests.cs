using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Sso.Admin;
using Sso.Admin.Clients;
using Sso.Data.Grants;
using Sso.Data.Operations;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Admin;

[Spec("RFC 7591", "2")]
public sealed class ClientOperationsTests(AdminDatabase admin) : IClassFixture<AdminDatabase>
{
    public static TheoryData<string, Client, string> Refusals => new()
    {
        { "an id with a space", Web("my shop"), "client_id" },
        { "an empty id", Web(""), "client_id" },
        { "an id of 101 characters", Web(new string('a', 101)), "client_id" },
        { "an empty name", Web("a") with { Name = " " }, "name" },
        { "a name on two lines", Web("a") with { Name = "a\nb" }, "name" },
        { "http", Web("a") with { RedirectUris = ["http://shop.example/cb"] }, "redirect_uris" },
        { "the same URI twice", Web("a") with { RedirectUris = ["https://shop.example/cb", "https://shop.example/cb"] }, "redirect_uris" },
        {
            "21 URIs", Web("a") with { RedirectUris = [.. Enumerable.Range(0, 21).Select(number => $"https://shop.example/{number}")] },
            "redirect_uris"
        },
        {
            "a fragment after sign-out", Web("a") with { PostLogoutRedirectUris = ["https://shop.example/#x"] }, "post_logout_redirect_uris"
        },
        { "a private scheme for a web application", Web("a") with { RedirectUris = ["com.example.app:/cb"] }, "redirect_uris" },
        { "origins for a web application", Web("a") with { Origins = ["https://shop.example"] }, "origins" },
        { "an origin with a path", Web("a") with { Type = ClientType.Spa, Origins = ["https://shop.example/x"] }, "origins" },
        { "a quote in a scope", Web("a") with { Scopes = ["a\"b"] }, "scopes" },
        { "two scopes in one", Web("a") with { Scopes = ["a b"] }, "scopes" },
        { "a public client without PKCE", Web("a") with { Type = ClientType.Spa, RequirePkce = false }, "require_pkce" },
        { "a native client without PKCE", Web("a") with { Type = ClientType.Native, RequirePkce = false }, "require_pkce" },
        { "a negative grace", Web("a") with { GraceSignIns = -1 }, "grace_sign_ins" },
        {
            "a grace without a demand", Web("a") with { GraceSignIns = 3, SecondFactor = SecondFactorPolicy.WhenEnrolled }, "grace_sign_ins"
        },
        { "a machine with a redirect URI", Web("a") with { Type = ClientType.Machine }, "redirect_uris" },
        { "a device with a redirect URI", Web("a") with { Type = ClientType.Device }, "redirect_uris" },
        { "a page that asks by a back channel", Web("a") with { Type = ClientType.Spa, AsksByBackchannel = true }, "asks_by_backchannel" },
        {
            "a native client that is notified",
            Web("a") with { Type = ClientType.Native, NotificationUri = "https://shop.example/notify" }, "notification_uri"
        },
        {
            "a machine that asks who signed in",
            Web("a") with { Type = ClientType.Machine, RedirectUris = [], Scopes = ["openid"] }, "scopes"
        },
    };

    [Theory, MemberData(nameof(Refusals))]
    public async Task Refuses_what_breaks_a_rule_and_names_the_field(string situation, Client input, string field)
    {
        var version = await admin.VersionAsync();

        Assert.True((await AddAsync(input)).Failed(out var refusal, out _), situation);

        Assert.Equal(RefusalKind.Invalid, refusal.Kind);
        Assert.All(refusal.Problems, problem => Assert.Equal(field, problem.Field));
        Assert.All(refusal.Problems, problem => Assert.NotEmpty(problem.Remedy));
        Assert.Equal(version, await admin.VersionAsync());
    }

    public static TheoryData<ClientType, string, string[], string[]> Defaults => new()
    {
        {
            ClientType.Web, "client_secret_basic", ["authorization_code", "refresh_token"], ["openid", "profile", "email", "offline_access"]
        },
        { ClientType.Spa, "none", ["authorization_code"], ["openid", "profile", "email"] },
        { ClientType.Native, "none", ["authorization_code", "refresh_token"], ["openid", "profile", "email", "offline_access"] },
        { ClientType.Machine, "client_secret_basic", ["client_credentials"], [] },
        {
            ClientType.Device, "none", ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
            ["openid", "profile", "email", "offline_access"]
        },
    };

    [Theory, MemberData(nameof(Defaults))]
    public async Task What_a_client_may_do_follows_from_its_type(ClientType type, string method, string[] grants, string[] scopes)
    {
        var input = Web($"by-type-{type}") with { Type = type };
        var added = await AddedAsync(type is ClientType.Machine or ClientType.Device ? input with { RedirectUris = [] } : input);

        Assert.Equal(method, added.Client.AuthenticationMethod.Name());
        Assert.Equal(grants, added.Client.GrantTypes);
        Assert.Equal(scopes, added.Client.Scopes);
        Assert.Equal(type is ClientType.Web or ClientType.Machine, added.Secret is not null);
        Assert.Equal(type, added.Client.Type);
        Assert.True(added.Client.RequirePkce);
        Assert.Equal(SecondFactorPolicy.Required, added.Client.SecondFactor);
    }

    [Fact]
    public async Task A_client_that_is_notified_may_ask_by_a_back_channel()
    {
        var added = await AddedAsync(Web("asking") with { NotificationUri = "https://asking.example/notify" });
        Assert.Contains("urn:openid:params:grant-type:ciba", added.Client.GrantTypes);
        Assert.Equal("https://asking.example/notify", added.Client.NotificationUri);
    }

    [Fact]
    public async Task A_single_page_application_gets_the_origins_of_its_redirect_uris()
    {
        var added = await AddedAsync(Web("spa-origins") with
        {
            Type = ClientType.Spa,
            RedirectUris = ["https://App.example:443/cb", "https://app.example/silent", "http://localhost:3000/"],
        });

        Assert.Equal(["https://app.example", "http://localhost:3000"], added.Client.Origins);
    }

    [Fact]
    public async Task The_refresh_grant_comes_with_offline_access()
    {
        var added = await AddedAsync(Web("spa-offline") with { Type = ClientType.Spa, Scopes = ["offline_access", "address"] });

        Assert.Equal(["authorization_code", "refresh_token"], added.Client.GrantTypes);
        Assert.Equal(["openid", "profile", "email", "offline_access", "address"], added.Client.Scopes);
    }

    [Fact, Spec("C03")]
    public async Task The_database_holds_the_hash_of_the_secret_and_the_answer_does_not_print_it()
    {
        var added = await AddedAsync(Web("secret"));

        var row = await admin.ReadAsync(database => database.Clients.SingleAsync(client => client.Id == "secret"));
        Assert.StartsWith("ssocs_", added.Secret, StringComparison.Ordinal);
        Assert.Equal(SHA256.HashData(Encoding.UTF8.GetBytes(added.Secret!)), row.SecretHash);
        Assert.DoesNotContain(added.Secret!, $"{added}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Adding_and_removing_raise_the_version_and_leave_an_event_each()
    {
        var before = await admin.VersionAsync();
        await AddedAsync(Web("versioned"));
        var between = await admin.VersionAsync();
        await admin.RunAsync<RemoveClient, Result<ClientView, Refusal>>(remove => remove.ExecuteAsync("versioned", CancellationToken.None));

        Assert.Equal((before.Clients + 1, before.Keys), between);
        Assert.Equal(between.Clients + 1, (await admin.VersionAsync()).Clients);
        var events = await admin.ReadAsync(database => database.SecurityEvents
            .Where(item => item.ClientId == "versioned" && item.Kind == SecurityEventKind.ClientChanged)
            .Select(item => item.Detail).ToListAsync());
        Assert.Equal(["added", "removed"], events.Order());
    }

    [Fact]
    public async Task An_id_is_given_once()
    {
        await AddedAsync(Web("twice"));
        var version = await admin.VersionAsync();

        Assert.True((await AddAsync(Web("twice"))).Failed(out var refusal, out _));

        Assert.Equal(RefusalKind.Taken, refusal.Kind);
        Assert.Equal(version, await admin.VersionAsync());
    }

    [Fact]
    public async Task Removing_a_client_revokes_what_it_was_given()
    {
        await AddedAsync(Web("leaving"));
        var now = admin.Clock.GetUtcNow();
        var grant = new Grant
        {
            Offline = true,
            Id = Guid.CreateVersion7(now),
            Secret = RandomNumberGenerator.GetBytes(16),
            ClientId = "leaving",
            PersonId = Guid.CreateVersion7(now),
            SessionId = Guid.CreateVersion7(now),
            Scopes = ["openid"],
            AuthenticatedAt = now,
            Acr = "1",
            Amr = ["pwd"],
            CreatedAt = now,
            ExpiresAt = now.AddDays(30),
            IdleExpiresAt = now.AddDays(14),
        };
        await admin.WriteAsync(grant);

        await admin.RunAsync<RemoveClient, Result<ClientView, Refusal>>(remove => remove.ExecuteAsync("leaving", CancellationToken.None));

        var row = await admin.ReadAsync(database => database.Grants.SingleAsync(item => item.Id == grant.Id));
        Assert.Equal((now, "client removed"), (row.RevokedAt, row.RevokedBecause));
    }

    [Fact]
    public async Task An_unknown_client_is_not_found()
    {
        Assert.True(
            (await admin.RunAsync<ShowClient, Result<ClientView, Refusal>>(show => show.ExecuteAsync("nobody", CancellationToken.None)))
                .Failed(out var shown, out _));
        Assert.True(
            (await admin.RunAsync<RemoveClient, Result<ClientView, Refusal>>(
                remove => remove.ExecuteAsync("nobody", CancellationToken.None)))
                .Failed(out var removed, out _));

        Assert.Equal((RefusalKind.NotFound, RefusalKind.NotFound), (shown.Kind, removed.Kind));
    }

    public static TheoryData<string, Client, string> Warnings => new()
    {
        { "a draft", Web("w1") with { RedirectUris = [] }, "no redirect URI" },
        { "no PKCE", Web("w2") with { RequirePkce = false }, "PKCE is off" },
        { "no second factor", Web("w3") with { SecondFactor = SecondFactorPolicy.None }, "stolen password" },
        { "a scope of an API", Web("w4") with { Scopes = ["orders.read"] }, "orders.read" },
    };

    [Theory, MemberData(nameof(Warnings))]
    public async Task What_is_allowed_and_doubtful_brings_a_warning(string situation, Client input, string warning) =>
        Assert.Contains(warning, Assert.Single((await AddedAsync(input)).Warnings), StringComparison.Ordinal);

    private static Client Web(string id) => new()
    {
        Id = id,
        Name = "Shop",
        Type = ClientType.Web,
        RedirectUris = ["https://shop.example/cb"],
    };

    private Task<Result<ClientAdded, Refusal>> AddAsync(Client input) =>
        admin.RunAsync<AddClient, Result<ClientAdded, Refusal>>(add => add.ExecuteAsync(input, CancellationToken.None));

    private async Task<ClientAdded> AddedAsync(Client input)
    {
        Assert.False((await AddAsync(input)).Failed(out var refusal, out var added), refusal?.Problems.FirstOrDefault()?.What);
        return added!;
    }
}
