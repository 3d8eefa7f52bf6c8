using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Accounts.Limits;
using Sso.Data.Clients;
using Sso.Protocol.Clients;
using Sso.Server.Registration;
using Sso.Server.Tests.Registration;
using Sso.Settings;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Authorization;

/// <summary>What anybody can make us do in the name of clients that prove nothing is limited by the address it comes from.</summary>
public sealed class StrangersWorkTests(StrangersWorkTests.TwoOfEach fixture) : IClassFixture<StrangersWorkTests.TwoOfEach>
{
    private static readonly ClientKey Key = new("ES256", "k1");

    /// <summary>Each test is a network of its own.</summary>
    private readonly string _address = $"198.51.100.{Interlocked.Increment(ref _addresses)}";

    private readonly string _path = $"/{Guid.CreateVersion7():N}.json";

    private static int _addresses;

    private SsoServer Server => fixture.Server;

    private int Fetches => fixture.Peer.Requests.Count(request => request.Path == _path);

    [Fact]
    [Spec("S125")]
    public async Task Registered_request_objects_are_fetched_so_often_and_no_more()
    {
        var shop = await Server.RegisterAsync(
            "shop", client => (client.Jwks, client.RequestUris) = (ClientKey.SetOf(Key), [fixture.Peer.At(_path).ToString()]));
        fixture.Peer.Publish(_path, () => Key.Sign(Claims(shop)), "application/oauth-authz-req+jwt");
        var url = Url(shop, ("request_uri", fixture.Peer.At(_path).ToString()));
        Assert.Equal("/signin", (await GetAsync(url)).Path);
        Assert.Equal("/signin", (await GetAsync(url)).Path);
        Assert.Equal("temporarily_unavailable", (await GetAsync(url)).Error);
        var page = await GetAsync(QueryHelpers.AddQueryString("/connect/authorize", new Dictionary<string, string?>
        {
            ["client_id"] = shop.Id,
            ["request_uri"] = fixture.Peer.At(_path).ToString(),
        }));
        Assert.Equal((HttpStatusCode.TooManyRequests, "/error"), (page.Status, page.Path));
        Assert.Equal(2, Fetches);
        Assert.Equal("/signin", (await GetAsync(url, "198.51.101.1")).Path);
        await Server.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal("/signin", (await GetAsync(url)).Path);
    }

    [Fact]
    [Spec("Client ID Metadata Document", "8.6")]
    public async Task Whoever_invents_clients_has_so_many_documents_read_and_no_more()
    {
        Publish();
        var shop = Described(_path);
        Assert.Equal("/signin", (await GetAsync(shop.AuthorizeUrl())).Path);
        Assert.Equal("/error", (await GetAsync(Described("/invented-1.json").AuthorizeUrl())).Path);
        var refused = await GetAsync(Described("/invented-2.json").AuthorizeUrl());
        Assert.Equal((HttpStatusCode.TooManyRequests, "/error"), (refused.Status, refused.Path));
        var pushed = await Described("/invented-3.json").PushAsync();
        Assert.Equal((HttpStatusCode.TooManyRequests, "temporarily_unavailable"), (pushed.Status, pushed.Error));
        Assert.DoesNotContain(fixture.Peer.Requests, request => request.Path is "/invented-2.json" or "/invented-3.json");
        // Those that are known go on, also when they are read again.
        Assert.Equal("/signin", (await GetAsync(shop.AuthorizeUrl())).Path);
    }

    [Fact]
    public async Task A_document_is_read_once_however_many_ask_for_it_at_a_time()
    {
        var (asked, release) = (new SemaphoreSlim(0), new TaskCompletionSource());
        var document = Document();
        fixture.Peer.Paths[_path] = async http =>
        {
            asked.Release();
            await release.Task;
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync(document);
        };
        var first = GetAsync(Described(_path).AuthorizeUrl());
        Assert.True(await asked.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken));
        await using var scope = Server.App.Services.CreateAsyncScope();
        // It comes back to us only once it waits for the call under way.
        var second = Server.App.Services.GetRequiredService<ClientDocuments>().FindAsync(
            new DefaultHttpContext(), scope.ServiceProvider.GetRequiredService<Throttle>(), fixture.Peer.At(_path).ToString(),
            TestContext.Current.CancellationToken);
        Assert.False(second.IsCompleted);
        release.SetResult();
        Assert.Equal(("/signin", ClientDocumentState.Taken), ((await first).Path, await second));
        Assert.Equal(1, Fetches);
    }

    [Fact]
    [Spec("RFC 9126", "2.3")]
    public async Task Long_signed_requests_are_kept_so_often_and_no_more()
    {
        var shop = await Server.RegisterAsync("shop", client => client.Jwks = ClientKey.SetOf(Key));
        var claims = Claims(shop);
        claims["claims"] = new JsonObject
        {
            ["userinfo"] = new JsonObject { ["name"] = null, [Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(1500))] = null }
        };
        // Once signed, it can be brought by anybody who saw it.
        var url = Url(shop, ("request", Key.Sign(claims)));
        Assert.Equal("/signin", (await GetAsync(url)).Path);
        Assert.Equal("/signin", (await GetAsync(url)).Path);
        Assert.Equal("temporarily_unavailable", (await GetAsync(url)).Error);
        await using var database = Server.OpenDatabase();
        Assert.Equal(2, await database.PushedRequests.CountAsync(row => row.ClientId == shop.Id, TestContext.Current.CancellationToken));
        Assert.Equal("/signin", (await GetAsync(url, "198.51.101.3")).Path);
    }

    [Theory]
    [Spec("RFC 9449", "11.1")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Proofs_of_public_clients_are_remembered_so_often_and_no_more(bool isPublic)
    {
        var shop = await Server.RegisterAsync(
            "shop",
            client => client.AuthenticationMethod =
                isPublic ? ClientAuthenticationMethod.None : ClientAuthenticationMethod.ClientSecretBasic);
        (shop.ProofKey, shop.Address) = (Key, _address);
        Assert.Equal("invalid_grant", (await shop.RedeemAsync("guessed")).Error);
        Assert.Equal("invalid_grant", (await shop.RedeemAsync("guessed")).Error);
        var third = await shop.RedeemAsync("guessed");
        Assert.Equal(
            isPublic ? (HttpStatusCode.TooManyRequests, "temporarily_unavailable") : (HttpStatusCode.BadRequest, "invalid_grant"),
            (third.Status, third.Error));
        shop.Address = "198.51.101.4";
        Assert.Equal("invalid_grant", (await shop.RedeemAsync("guessed")).Error);
    }

    [Theory]
    [InlineData(0, 30, 300)]
    [InlineData(60, 0, 300)]
    [InlineData(60, 30, 0)]
    [InlineData(10_001, 30, 300)]
    [InlineData(60, 1_001, 300)]
    [InlineData(60, 30, 100_001)]
    public void A_limit_that_is_none_is_refused(int pushes, int fetches, int proofs) =>
        Assert.StartsWith(
            "Limits:",
            Assert.Single(new LimitRules().FlawsOf("Limits", new LimitOptions { Pushes = pushes, Fetches = fetches, Proofs = proofs })),
            StringComparison.Ordinal);

    private Task<Page> GetAsync(string url, string? address = null)
    {
        var browser = Server.OpenBrowser();
        browser.Address = address ?? _address;
        return browser.GetAsync(url);
    }

    private string Document() =>
        OpenRegistration.Metadata(("client_id", fixture.Peer.At(_path).ToString()), ("token_endpoint_auth_method", "none")).ToJsonString();

    private void Publish()
    {
        var document = Document();
        fixture.Peer.Publish(_path, () => document);
    }

    private RelyingParty Described(string path) => new(
        Server,
        new ClientRegistration
        {
            Id = fixture.Peer.At(path).ToString(),
            Name = "",
            AuthenticationMethod = ClientAuthenticationMethod.None,
            CreatedAt = default,
            RedirectUris = [OpenRegistration.RedirectUri],
        },
        secret: null)
    { Address = _address };

    private JsonObject Claims(RelyingParty shop) => new()
    {
        ["iss"] = shop.Id,
        ["aud"] = SsoServer.Issuer,
        ["exp"] = Server.Clock.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds(),
        ["client_id"] = shop.Id,
        ["redirect_uri"] = shop.RedirectUri,
        ["response_type"] = "code",
        ["scope"] = "openid email",
        ["code_challenge"] = shop.Challenge,
        ["code_challenge_method"] = "S256",
    };

    private static string Url(RelyingParty shop, params (string Name, string? Value)[] more) => QueryHelpers.AddQueryString(
        "/connect/authorize",
        new Dictionary<string, string?>(more.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)))
        {
            ["client_id"] = shop.Id,
            ["response_type"] = "code",
            ["scope"] = "openid",
            ["redirect_uri"] = shop.RedirectUri,
        });

    public sealed class TwoOfEach : OpenRegistration
    {
        public TwoOfEach()
        {
            foreach (var limit in (string[])["Pushes", "Fetches", "Proofs"])
            {
                Server.Settings.Add($"--Limits:{limit}=2");
            }
        }
    }
}
