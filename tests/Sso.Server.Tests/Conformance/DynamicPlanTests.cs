using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sso.Admin;
using Sso.Admin.Clients;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Conformance;

/// <summary>oidcc-dynamic-certification-test-plan, as far as it concerns redirect URIs, and finding the issuer.</summary>
[OneDatabase]
public sealed class DynamicPlanTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    [Spec("DY04")]
    public async Task No_redirect_uri_with_two_registered_ends_on_a_page() =>
        await EndsOnAPageAsync(["https://suite.example/callback", "https://suite.example/callback2"], sent: null);

    [Fact]
    [Spec("PY21")]
    public async Task No_redirect_uri_with_one_registered_ends_on_a_page_too() =>
        await EndsOnAPageAsync(["https://suite.example/callback"], sent: null);

    [Theory]
    [Spec("DY06")]
    [InlineData("https://suite.example/callback?foo=bar")]
    [InlineData("https://suite.example/callback")]
    [InlineData("https://suite.example/callback?bar=foo&foo=bar")]
    public async Task Another_query_than_the_registered_one_ends_on_a_page(string sent) =>
        await EndsOnAPageAsync(["https://suite.example/callback?bar=foo"], sent);

    [Fact]
    [Spec("DY05")]
    [Spec("GE09")]
    public async Task A_registered_query_comes_back_beside_the_answer()
    {
        var suite = await CertificationClient.RegisterAsync(
            server, change: client => client.RedirectUris = ["https://suite.example/callback?bar=foo"]);

        var done = await suite.RunAsync(await CertifiedPerson.AddAsync(server));

        Assert.Equal("foo", done.Callback["bar"]);
    }

    [Theory]
    [Spec("PY20")]
    [InlineData("https://sso.test")]
    [InlineData("https://sso.test/joe")]
    [InlineData("sso.test")]
    [InlineData("sso.test/joe")]
    [InlineData("acct:joe@sso.test")]
    [InlineData("acct:joe%40example.com@sso.test")]
    [InlineData("acct:joe@SSO.test")]
    [InlineData("joe@sso.test")]
    public async Task The_issuer_is_found_by_url_and_by_address(string resource)
    {
        var (status, answer) = await FindAsync(
            $"?resource={Uri.EscapeDataString(resource)}&rel={Uri.EscapeDataString("http://openid.net/specs/connect/1.0/issuer")}");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(resource, answer!.Value.GetProperty("subject").GetString());
        var link = Assert.Single(answer.Value.GetProperty("links").EnumerateArray());
        Assert.Equal(
            ("http://openid.net/specs/connect/1.0/issuer", SsoServer.Issuer),
            (link.GetProperty("rel").GetString(), link.GetProperty("href").GetString()));
    }

    [Fact]
    [Spec("PY20")]
    public async Task Nothing_tells_whether_the_account_exists()
    {
        var person = await server.AddPersonAsync("joe");

        var there = await FindAsync($"?resource=acct:{person.UserName}@sso.test");
        var nobody = await FindAsync("?resource=acct:nobody@sso.test");

        Assert.Equal(
            there.Answer!.Value.GetRawText().Replace(person.UserName, "nobody", StringComparison.Ordinal),
            nobody.Answer!.Value.GetRawText());
    }

    [Theory]
    [Spec("PY20")]
    [InlineData("", HttpStatusCode.BadRequest)]
    [InlineData("?resource=", HttpStatusCode.BadRequest)]
    [InlineData("?resource=acct:joe@sso.test&resource=acct:ann@sso.test", HttpStatusCode.BadRequest)]
    [InlineData("?resource=acct:joe@example.com", HttpStatusCode.NotFound)]
    [InlineData("?resource=https://sso.test.example/joe", HttpStatusCode.NotFound)]
    [InlineData("?resource=https://sso.test:444/joe", HttpStatusCode.NotFound)]
    [InlineData("?resource=ftp://sso.test/joe", HttpStatusCode.NotFound)]
    [InlineData("?resource=%00", HttpStatusCode.NotFound)]
    public async Task Another_host_is_not_found_and_no_resource_is_a_bad_request(string query, HttpStatusCode status) =>
        Assert.Equal(status, (await FindAsync(query)).Status);

    [Fact]
    [Spec("PY20")]
    public async Task A_relation_that_is_not_asked_for_is_left_out() =>
        Assert.Empty(
            (await FindAsync("?resource=acct:joe@sso.test&rel=http://webfinger.example/avatar")).Answer!.Value.GetProperty("links")
                .EnumerateArray());

    [Theory]
    [Spec("XP11")]
    [InlineData("http://suite.example/callback", false, false)]
    [InlineData("https://suite.example/callback", true, true)]
    [InlineData("http://localhost:8080/callback", true, false)]
    [InlineData("http://127.0.0.1:8080/callback", true, false)]
    [InlineData("https://localhost/callback", true, false)]
    public async Task Localhost_and_plain_http_are_for_web_applications_that_take_codes_alone(string uri, bool forCode, bool forIdTokens)
    {
        foreach (var (idTokens, allowed) in new[] { (false, forCode), (true, forIdTokens) })
        {
            var outcome = await AddAsync(uri, ClientType.Web, idTokens);
            Assert.Equal(!allowed, outcome.Failed(out var refusal, out _));
            Assert.All(refusal?.Problems ?? [], problem => Assert.StartsWith("redirect_uris", problem.Field, StringComparison.Ordinal));
        }
    }

    [Fact]
    [Spec("XP11")]
    public async Task An_installed_application_may_take_id_tokens_on_its_own_machine() =>
        Assert.False((await AddAsync("http://127.0.0.1:8080/callback", ClientType.Native, idTokens: true)).Failed(out _, out _));

    private async Task<Result<ClientAdded, Refusal>> AddAsync(string uri, ClientType type, bool idTokens)
    {
        await using var scope = server.App.Services.CreateAsyncScope();
        var client = new Client
        {
            Id = CertificationClient.Random(),
            Name = "suite",
            Type = type,
            RedirectUris = [uri],
            AllowsIdTokenResponses = idTokens,
        };
        return await scope.ServiceProvider.GetRequiredService<AddClient>().ExecuteAsync(client, CancellationToken.None);
    }

    private async Task EndsOnAPageAsync(List<string> registered, string? sent)
    {
        var suite = await CertificationClient.RegisterAsync(server, change: client => client.RedirectUris = registered);

        var page = await suite.Browser.GetAsync(suite.Url(("redirect_uri", sent)));

        Assert.False(page.LeftSso);
        Assert.Equal(("/error", HttpStatusCode.BadRequest), (page.Path, page.Status));
    }

    private async Task<(HttpStatusCode Status, JsonElement? Answer)> FindAsync(string query)
    {
        using var client = server.Backchannel();
        using var answer = await client.GetAsync("/.well-known/webfinger" + query);
        if (answer.IsSuccessStatusCode)
        {
            Assert.Equal("application/jrd+json", answer.Content.Headers.ContentType!.MediaType);
            Assert.Equal("*", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));
        }

        return (answer.StatusCode,
            answer.IsSuccessStatusCode ? JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement : null);
    }
}
