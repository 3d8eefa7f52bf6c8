using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data.Clients;
using Sso.Data.Logout;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Server.Authorization;
using Sso.Server.Logout;
using Sso.Server.Tests.Registration;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Server.Tests.Outgoing;

/// <summary>
/// An operator opened a host inside for clients of his own: whoever registers by himself cannot aim at it, with any kind of call.
/// </summary>
[OneDatabase]
[Spec("S122")]
[Spec("A30")]
public sealed class SelfRegisteredClientsTests(SelfRegisteredClientsTests.InsideOfTheOperator fixture)
    : IClassFixture<SelfRegisteredClientsTests.InsideOfTheOperator>
{
    private static readonly ClientKey Key = new("PS256", "k1");
    private readonly string _path = $"/{Guid.CreateVersion7():N}";

    private SsoServer Server => fixture.Server;

    private Peer Peer => fixture.Peer;

    private string Inside => Peer.At(_path).ToString();

    [Theory]
    [InlineData("jwks_uri")]
    [InlineData("logo_uri")]
    [InlineData("backchannel_logout_uri")]
    [InlineData("sector_identifier_uri")]
    [InlineData("request_uris")]
    public async Task No_such_address_is_taken_in_a_registration(string field)
    {
        var before = Peer.Connections;
        var answer = await fixture.RegisterAsync(OpenRegistration.Metadata(
            ("subject_type", "pairwise"), (field, field == "request_uris" ? new JsonArray(Inside) : Inside),
            (field == "jwks_uri" ? "x" : "jwks", JsonNode.Parse(ClientKey.SetOf(Key)))));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_client_metadata"), (answer.Status, answer.Error));
        Assert.DoesNotContain("AllowedHosts", answer.Text("error_description"), StringComparison.Ordinal);
        Assert.Equal(before, Peer.Connections);
    }

    [Fact]
    public async Task No_document_is_read_there()
    {
        Peer.Publish(_path, () => OpenRegistration.Metadata(("client_id", Inside), ("token_endpoint_auth_method", "none")).ToJsonString());
        var shop = new RelyingParty(
            Server,
            new ClientRegistration
            {
                Id = Inside,
                Name = "",
                AuthenticationMethod = ClientAuthenticationMethod.None,
                CreatedAt = default,
                RedirectUris = [OpenRegistration.RedirectUri]
            },
            null);
        Assert.Equal("/error", (await Server.OpenBrowser().GetAsync(shop.AuthorizeUrl())).Path);
        Assert.Empty(Called());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Keys_there_are_fetched_for_clients_of_the_operator_only(bool isUnverified)
    {
        Peer.Publish(_path, () => ClientKey.SetOf(Key));
        var shop = await Server.RegisterAsync("shop", Key, client =>
            (client.Jwks, client.JwksUri, client.IsUnverified, client.GrantTypes) =
                (null, Inside, isUnverified, [GrantTypes.ClientCredentials]));
        var answer = await shop.TokenAsync(("grant_type", "client_credentials"), ("scope", null));
        Assert.Equal(isUnverified, answer.Error == "invalid_client");
        Assert.Equal(isUnverified ? 0 : 1, Called().Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_objects_there_are_fetched_for_clients_of_the_operator_only(bool isUnverified)
    {
        var shop = await Server.RegisterAsync(
            "shop", client => (client.Jwks, client.RequestUris, client.IsUnverified) = (ClientKey.SetOf(Key), [Inside], isUnverified));
        var query = QueryHelpers.AddQueryString(
            "/connect/authorize", new Dictionary<string, string?> { ["client_id"] = shop.Id, ["request_uri"] = Inside });
        await Server.OpenBrowser().GetAsync(query);
        Assert.Equal(isUnverified ? 0 : 1, Called().Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_end_of_a_session_is_told_there_to_clients_of_the_operator_only(bool isUnverified)
    {
        Peer.Paths[_path] = _ => Task.CompletedTask;
        var shop = await Server.RegisterAsync(
            "shop", client => (client.BackchannelLogoutUri, client.IsUnverified) = (Inside, isUnverified));
        var ada = await (await Server.AddPersonAsync("ada")).WithAppAsync();
        var browser = Server.OpenBrowser();
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(browser, ada)).Code);
        await browser.GetAsync(QueryHelpers.AddQueryString("/connect/logout", "id_token_hint", tokens.Text("id_token")!));
        await Server.App.Services.GetRequiredService<LogoutDispatcher>().SendDueAsync(CancellationToken.None);
        await using var database = Server.OpenDatabase();
        await Patience.UntilAsync(
            async () => !await database.LogoutNotices.AnyAsync(
                row => row.ClientId == shop.Id && row.LastOutcome == null && row.Status == LogoutNoticeStatus.Waiting),
            "the attempt to tell the application");

        Assert.Equal(isUnverified ? 0 : 1, Called().Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_is_told_there_to_clients_of_the_operator_only(bool isUnverified)
    {
        Peer.Paths[_path] = _ => Task.CompletedTask;
        var bank = await Server.RegisterAsync("bank", client =>
        {
            client.GrantTypes = [.. client.GrantTypes, GrantTypes.Ciba];
            (client.NotificationUri, client.IsUnverified) = (Inside, isUnverified);
        });
        var ada = await (await Server.AddPersonAsync("ada")).WithAppAsync();
        await bank.AskPersonAsync(ada.UserName, ("client_notification_token", "8d67dc78-7faa-4d41-aabd-67707b374255"));
        await using var database = Server.OpenDatabase();
        // As if she had answered.
        var now = Server.Clock.GetUtcNow();
        await database.WaitingRequests.Where(row => row.ClientId == bank.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.NotifyAt, now));
        await Server.App.Services.GetRequiredService<BackchannelNotifier>().SendDueAsync(CancellationToken.None);
        await Patience.UntilAsync(
            () => database.WaitingRequests.AnyAsync(row => row.ClientId == bank.Id && row.NotifyTries == 1),
            "the attempt to tell the application");

        Assert.Equal(isUnverified ? 0 : 1, Called().Count);
    }

    private List<PeerRequest> Called() => [.. Peer.Requests.Where(request => request.Path == _path)];

    public sealed class InsideOfTheOperator() : OpenRegistration(opensPeer: false);
}
