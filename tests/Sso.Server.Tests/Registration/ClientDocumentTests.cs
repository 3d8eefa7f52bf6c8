using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Sso.Admin;
using Sso.Admin.Clients;
using Sso.Data;
using Sso.Data.Clients;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;
using static Sso.Server.Tests.Registration.OpenRegistration;

namespace Sso.Server.Tests.Registration;

/// <summary>A client whose id is the address of a document that describes it.</summary>
[Spec("Client ID Metadata Document", "4")]
[OneDatabase]
public sealed class ClientDocumentTests(OpenRegistration open) : IClassFixture<OpenRegistration>
{
    private string _path = $"/{Guid.CreateVersion7():N}.json";

    private string Id => open.Peer.At(_path).ToString();

    private int Fetches => open.Peer.Requests.Count(request => request.Path == _path);

    [Fact]
    public async Task A_person_signs_in_to_it_after_consent_and_finds_it_among_the_applications()
    {
        Publish();
        var shop = Party();
        var ada = await (await open.Server.AddPersonAsync("ada")).WithAppAsync();
        var browser = open.Server.OpenBrowser();
        var first = await browser.GetAsync(shop.AuthorizeUrl());
        Assert.Contains("Nessuno ha verificato", first.Text, StringComparison.Ordinal);
        var page = await Journey.AppAsync(browser, await Journey.PasswordAsync(browser, first, ada), ada);
        Assert.Equal("/consent", page.Path);
        var tokens = await shop.RedeemAsync((await browser.SubmitAsync(page)).Code);
        Assert.Equal((HttpStatusCode.OK, Id), (tokens.Status, tokens.IdToken.Audiences.Single()));
        Assert.Contains("Shop of others", (await browser.GetAsync("/account/apps")).Text, StringComparison.Ordinal);
        Assert.Equal(1, Fetches);
    }

    [Fact]
    public async Task It_can_push_its_requests_and_have_an_address_of_255_characters()
    {
        _path = $"/{Guid.CreateVersion7():N}{new string('a', ClientRegistration.LongestId - Id.Length)}.json";
        Publish();
        Assert.Equal(ClientRegistration.LongestId, Id.Length);
        Assert.Equal(HttpStatusCode.Created, (await Party().PushAsync()).Status);
    }

    [Fact]
    public async Task It_is_off_by_default()
    {
        Publish();
        await using var second = await open.Server.StartSecondNodeAsync($"--Registration:AllowedHosts:0={open.Peer.HostAndPort}");
        Assert.Equal("/error", (await second.OpenBrowser().GetAsync(Party().AuthorizeUrl())).Path);
        Assert.Equal(0, Fetches);
        using var off = second.Backchannel();
        Assert.DoesNotContain(
            "client_id_metadata_document_supported",
            await off.GetStringAsync("/.well-known/openid-configuration"),
            StringComparison.Ordinal);
        using var on = open.Server.Backchannel();
        Assert.Contains(
            "\"client_id_metadata_document_supported\":true",
            await on.GetStringAsync("/.well-known/openid-configuration"),
            StringComparison.Ordinal);
    }

    [Theory]
    [Spec("S122")]
    [InlineData("https://shop.example/client.json")]
    [InlineData("https://localhost/client.json")]
    [InlineData("https://127.0.0.1/client.json")]
    [InlineData("{peer}/client.json?x=1")]
    [InlineData("{peer}/client.json#x")]
    [InlineData("{peer}/a/../client.json")]
    [InlineData("{peer}/")]
    [InlineData("{peer}/{long}.json")]
    public async Task Other_addresses_are_not_called(string id)
    {
        var before = open.Peer.Connections;
        var address = id.Replace("{peer}", open.Peer.Address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal)
            .Replace("{long}", new string('a', ClientRegistration.LongestId), StringComparison.Ordinal);
        var url = Party(address).AuthorizeUrl();
        Assert.Equal("/error", (await open.Server.OpenBrowser().GetAsync(url)).Path);
        Assert.Equal(before, open.Peer.Connections);
    }

    [Theory]
    [InlineData("client_id", "https://other.example/client.json")]
    [InlineData("client_id", null)]
    [InlineData("client_secret", "readable by everybody")]
    [InlineData("token_endpoint_auth_method", "client_secret_basic")]
    [InlineData("scope", "openid admin")]
    [InlineData("tos_uri", "javascript:alert(1)")]
    public async Task A_document_that_may_not_say_so_makes_no_client(string field, string? value)
    {
        Publish((field, value));
        Assert.Equal("/error", (await open.Server.OpenBrowser().GetAsync(Party().AuthorizeUrl())).Path);
        await using var database = open.Server.OpenDatabase();
        Assert.False(await database.Clients.AnyAsync(client => client.Id == Id));
        // Nor is it asked for again at once.
        await open.Server.OpenBrowser().GetAsync(Party().AuthorizeUrl());
        Assert.Equal(1, Fetches);
    }

    [Fact]
    public async Task It_is_read_again_after_an_hour_and_believed_for_a_day()
    {
        Publish();
        Assert.Equal("/signin", await PathAsync());
        Publish(("redirect_uris", new JsonArray("https://new.example/callback")));
        Assert.Equal("/signin", await PathAsync());
        Assert.Equal(1, Fetches);
        await open.Server.PassAsync(TimeSpan.FromMinutes(61));
        Assert.Equal("/error", await PathAsync());
        Assert.Equal(2, Fetches);

        Publish();
        await open.Server.PassAsync(TimeSpan.FromMinutes(61));
        Assert.Equal("/signin", await PathAsync());
        open.Peer.Paths.TryRemove(_path, out _);
        await open.Server.PassAsync(TimeSpan.FromHours(22));
        Assert.Equal("/signin", await PathAsync());
        await open.Server.PassAsync(TimeSpan.FromHours(3));
        Assert.Equal("/error", await PathAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_an_operator_removed_or_switched_off_does_not_come_back_until_he_says_so(bool isRemoved)
    {
        Publish();
        Assert.Equal("/signin", await PathAsync());
        await OperateAsync(database => isRemoved
            ? new RemoveClient(database, open.Server.Clock).ExecuteAsync(Id, CancellationToken.None)
            : new SwitchClient(database, open.Server.Clock).DisableAsync(Id, CancellationToken.None));
        await open.Server.PassAsync(TimeSpan.FromHours(2));

        Assert.Equal("/error", await PathAsync());
        Assert.Equal("invalid_client", (await Party().PushAsync()).Error);
        // A node that knows nothing yet is not called in either.
        await using var second = await open.Server.StartSecondNodeAsync([.. open.Server.Settings]);
        Assert.Equal("/error", (await second.OpenBrowser().GetAsync(Party().AuthorizeUrl())).Path);
        Assert.Equal(1, Fetches);
        await using var database = open.Server.OpenDatabase();
        Assert.True((await database.Clients.SingleAsync(client => client.Id == Id)).DisabledAt is not null);

        await OperateAsync(context => new SwitchClient(context, open.Server.Clock).EnableAsync(Id, CancellationToken.None));
        Assert.Equal("/signin", await PathAsync());
    }

    private async Task OperateAsync(Func<SsoDbContext, Task<Result<ClientView, Refusal>>> operation)
    {
        await using var database = open.Server.OpenDatabase();
        Assert.False((await operation(database)).Failed(out _, out _));
        await open.Server.ReloadAsync();
    }

    private async Task<string> PathAsync() => (await open.Server.OpenBrowser().GetAsync(Party().AuthorizeUrl())).Path;

    private void Publish(params (string Name, JsonNode? Value)[] changes)
    {
        var document = Metadata([("client_id", Id), ("token_endpoint_auth_method", "none"), .. changes]).ToJsonString();
        open.Peer.Publish(_path, () => document);
    }

    private RelyingParty Party(string? id = null) => new(
        open.Server,
        new ClientRegistration
        {
            Id = id ?? Id,
            Name = "",
            AuthenticationMethod = ClientAuthenticationMethod.None,
            CreatedAt = default,
            RedirectUris = [RedirectUri]
        },
        secret: null);
}
