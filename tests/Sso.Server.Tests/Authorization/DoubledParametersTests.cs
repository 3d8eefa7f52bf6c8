using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Sso.Protocol;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Authorization;

/// <summary>
/// What comes more than once: passed over where nobody reads it, told to the client where the redirection URI is beyond doubt, and on a
/// page of ours where it is not.
/// </summary>
[Spec("RFC 6749", "3.1")]
[OneDatabase]
public sealed partial class DoubledParametersTests(SsoServer server) : IClassFixture<SsoServer>
{
    public static TheoryData<string> Ways => ["GET", "POST"];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task One_that_nobody_reads_is_passed_over(string way)
    {
        var shop = await server.RegisterAsync("shop");
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        await shop.SignInAsync(browser, ada);

        var answer = await AskAsync(browser, way, shop.AuthorizeUrl() + "&utm_source=a&utm_source=b&x=1&x=2");

        Assert.Equal("state-1", answer.Parameter("state"));
        Assert.NotNull((await shop.RedeemAsync(answer.Code)).AccessToken);
    }

    [Theory]
    [Spec("RFC 6749", "4.1.2.1")]
    [InlineData("state=state-2", null)]
    [InlineData("state=state-1", "state-1")]
    [InlineData("nonce=nonce-2", "state-1")]
    [InlineData("scope=openid", "state-1")]
    [InlineData("response_type=code", "state-1")]
    [InlineData("response_mode=query&response_mode=form_post", "state-1")]
    [InlineData("code_challenge=x", "state-1")]
    [InlineData("prompt=none&prompt=login", "state-1")]
    [InlineData("request=x&request=y", "state-1")]
    [InlineData("request_uri=x&request_uri=y", "state-1")]
    public async Task One_that_we_know_is_told_to_the_client(string doubled, string? state)
    {
        var shop = await server.RegisterAsync("shop");
        foreach (var way in (string[])["GET", "POST"])
        {
            var answer = await AskAsync(server.OpenBrowser(), way, $"{shop.AuthorizeUrl()}&{doubled}");

            Assert.StartsWith(shop.RedirectUri + "?", answer.Url.AbsoluteUri, StringComparison.Ordinal);
            Assert.Equal((way, "invalid_request", state), (way, answer.Error, answer.Parameter("state")));
            Assert.Equal(SsoServer.Issuer, answer.Parameter("iss"));
        }
    }

    [Fact]
    [Spec("RFC 6749", "4.1.2.1")]
    public async Task So_is_one_that_cannot_be_read()
    {
        var shop = await server.RegisterAsync("shop");
        var answer = await server.OpenBrowser().GetAsync(shop.AuthorizeUrl() + "&login_hint=a%00b&unknown=%00");

        Assert.Equal(("invalid_request", "state-1"), (answer.Error, answer.Parameter("state")));
    }

    [Theory]
    [InlineData("client_id=other")]
    [InlineData("redirect_uri=https://evil.example/")]
    public async Task One_that_says_who_asks_or_where_the_answer_goes_ends_here(string doubled)
    {
        var shop = await server.RegisterAsync("shop");
        foreach (var way in (string[])["GET", "POST"])
        {
            var page = await AskAsync(server.OpenBrowser(), way, $"{shop.AuthorizeUrl()}&{doubled}");

            Assert.Equal(("/error", "MalformedRequest"), (page.Path, page.Parameter("about")));
        }
    }

    [Theory]
    [Spec("RFC 6749", "3.2")]
    [InlineData("utm_source=a&utm_source=b", HttpStatusCode.OK)]
    [InlineData("scope=a&scope=b", HttpStatusCode.BadRequest)]
    [InlineData("grant_type=client_credentials", HttpStatusCode.BadRequest)]
    public async Task The_token_endpoint_passes_over_what_nobody_reads_too(string more, HttpStatusCode expected)
    {
        var shop = await server.RegisterAsync("shop", client => client.GrantTypes = ["client_credentials"]);
        using var client = server.Backchannel();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{shop.Id}:{shop.Secret}")));
        using var form = new StringContent($"grant_type=client_credentials&{more}", Encoding.ASCII, "application/x-www-form-urlencoded");
        using var answer = await client.PostAsync("/connect/token", form, TestContext.Current.CancellationToken);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Theory]
    [InlineData("utm_source=a&utm_source=b", "/signedout")]
    [InlineData("client_id=a&client_id=b", "/error")]
    public async Task The_logout_endpoint_passes_over_what_nobody_reads_too(string query, string path) =>
        Assert.Equal(path, (await server.OpenBrowser().GetAsync("/connect/logout?" + query)).Path);

    [Fact]
    public void Every_parameter_that_the_code_reads_is_known()
    {
        var read = ((string[])["Sso.Protocol", "Sso.Server"])
            .Select(project => Path.Combine(Repository.Root, "src", project))
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"))
            .SelectMany(file => Readings().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups[1].Value + match.Groups[2].Value).Distinct()
            // What a flow of ours carries besides.
            .Except(["person"]).ToList();

        Assert.InRange(read.Count, 30, 100);
        Assert.Empty(read.Except(RequestParameters.Known));
    }

    private static Task<Page> AskAsync(Browser browser, string way, string url) => way == "GET"
        ? browser.GetAsync(url)
        : browser.PostAsync(
            "/connect/authorize",
            url.Split('?')[1].Split('&').Select(pair => pair.Split('=', 2))
                .Select(pair => KeyValuePair.Create(Uri.UnescapeDataString(pair[0]), Uri.UnescapeDataString(pair[1]))));

    [GeneratedRegex(
        """(?:arameters|outside|inside|[cC]arried|[aA]sked|stored|FromForm\(form\))[!?]?\.Text\("([a-z_]+)"\)|form\["([a-z_]+)"\]""")]
    private static partial Regex Readings();
}
