using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Sso.Data.Clients;
using Sso.Data.People;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Operations;

/// <summary>Two real processes on one database server behind one address: no request needs the node of the one before.</summary>
[Spec("F5")]
public sealed class TwoProcessesTests
{
    private const string RedirectUri = "https://shop.example/callback";
    private const string Verifier = "a-verifier-of-43-characters-at-the-very-least-0";

    [Fact]
    [Spec("RFC 6749", "4.1.2")]
    public async Task A_sign_in_that_changes_nodes_at_each_step_succeeds_and_each_code_gives_one_set_of_tokens()
    {
        Assert.SkipWhen(TestDatabase.ChosenProvider == "Sqlite", "Several nodes need a database server.");
        await using var database = await TestDatabase.CreateAsync();
        await AddShopAndAnnaAsync(database);
        using var one = new ServerProcess(database);
        await one.StartAsync();
        using var two = new ServerProcess(database, one);
        await two.StartAsync();
        var browser = one.OpenBrowser();

        var code = await EnrolAsync(browser, one, two);
        for (var round = 0; round < 10; round++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(index => RedeemAsync(index % 2 == 0 ? one : two, code)));
            Assert.Single(answers, answer => answer == HttpStatusCode.OK);
            browser.MoveTo(round % 2 == 0 ? two : one);
            code = (await browser.GetAsync(AuthorizeUrl())).Code!;
        }
    }

    private static async Task<string> EnrolAsync(Browser browser, ServerProcess one, ServerProcess two)
    {
        var page = await browser.GetAsync(AuthorizeUrl());
        browser.MoveTo(two);
        page = await browser.SubmitAsync(page, ("Input.UserName", "anna"), ("Input.Password", SsoServer.Password));
        Assert.Equal("/signin/enrol", page.Path);
        browser.MoveTo(one);
        page = await browser.GetAsync("/account/mfa/app" + page.Url.Query);
        var key = page.Document.QuerySelector("#key")!.TextContent.Replace(" ", "", StringComparison.Ordinal).Trim();
        browser.MoveTo(two);
        page = await browser.SubmitAsync(
            page, ("Input.Code", AuthenticatorApp.Code(AuthenticatorApp.SeedOf(key), TimeProvider.System.GetUtcNow())));
        Assert.Equal("/account/mfa/recovery-codes", page.Path);
        browser.MoveTo(one);
        page = await browser.SubmitAsync(page, ("Input.Code", page.Document.QuerySelector("ol.codes li")!.TextContent.Trim()));
        Assert.True(page.LeftSso);
        return page.Code!;
    }

    private static async Task<HttpStatusCode> RedeemAsync(ServerProcess node, string code)
    {
        using var client = new HttpClient(node.Connect()) { BaseAddress = node.Issuer };
        using var form = new FormUrlEncodedContent(
        [
            new("grant_type", "authorization_code"), new("client_id", "shop"), new("code", code), new("redirect_uri", RedirectUri),
            new("code_verifier", Verifier),
        ]);
        using var answer = await client.PostAsync("/connect/token", form);
        return answer.StatusCode;
    }

    private static string AuthorizeUrl() => QueryHelpers.AddQueryString("/connect/authorize", new Dictionary<string, string?>
    {
        ["client_id"] = "shop",
        ["redirect_uri"] = RedirectUri,
        ["response_type"] = "code",
        ["scope"] = "openid",
        ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))),
        ["code_challenge_method"] = "S256",
    });

    private static async Task AddShopAndAnnaAsync(TestDatabase database)
    {
        var now = TimeProvider.System.GetUtcNow();
        await using var context = database.Open();
        context.Clients.Add(new ClientRegistration
        {
            Id = "shop",
            Name = "Shop",
            AuthenticationMethod = ClientAuthenticationMethod.None,
            CreatedAt = now,
            RedirectUris = [RedirectUri],
            GrantTypes = [GrantTypes.AuthorizationCode],
            Scopes = [.. Scopes.Identity],
        });
        context.Users.Add(new Person
        {
            Id = Guid.CreateVersion7(now),
            UserName = "anna",
            NormalizedUserName = SignInName.Normalize("anna"),
            NormalizedEmail = SignInName.Normalize("anna@example.it"),
            PasswordHash = SsoServer.HashOfPassword,
            CreatedAt = now,
            UpdatedAt = now,
        });
        await context.SaveChangesAsync();
    }
}
