using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Clients;
using Sso.Data.People;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Operations;

/// <summary>Two real processes on one database behind one address: no request needs the node of the one before.</summary>
[Spec("F5")]
public sealed class TwoProcessesTests
{
    private const string RedirectUri = "https://shop.example/callback";
    private const string Secret = "a-secret-of-43-characters-at-the-very-least-000";
    private const string Verifier = "a-verifier-of-43-characters-at-the-very-least-0";

    [Fact]
    [Spec("RFC 6749", "4.1.2")]
    public async Task A_sign_in_that_changes_nodes_at_each_step_succeeds_and_each_code_gives_one_set_of_tokens()
    {
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
            var answers = await OnBothAsync(one, two, node => RedeemAsync(node, code));
            Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
            browser.MoveTo(round % 2 == 0 ? two : one);
            code = (await browser.GetAsync(AuthorizeUrl())).Code!;
        }
    }

    [Fact]
    [Spec("RFC 6749", "6")]
    [Spec("RFC 9700", "4.14.2")]
    public async Task A_refresh_token_that_comes_to_both_nodes_at_once_gives_one_family()
    {
        await using var database = await TestDatabase.CreateAsync();
        await AddShopAndAnnaAsync(database);
        using var one = new ServerProcess(database);
        await one.StartAsync();
        using var two = new ServerProcess(database, one);
        await two.StartAsync();
        var first = await RedeemAsync(one, await EnrolAsync(one.OpenBrowser(), one, two));

        // Within the grace each is given the one successor: the row steps once, however many came.
        var answers = (IReadOnlyList<Answer>)[first];
        for (var round = 1; round <= 10; round++)
        {
            var token = answers[round % answers.Count].RefreshToken;
            answers = await OnBothAsync(one, two, node => RefreshAsync(node, token));
            Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
            await using var context = database.Open();
            var grant = await context.Grants.SingleAsync();
            Assert.Equal((round, null), (grant.Generation, grant.RevokedAt));
        }

        // Whichever of the answers goes on leaves the others behind: two steps later they are a thief's, and end what lives.
        var second = await RefreshAsync(one, answers[0].RefreshToken);
        var third = await RefreshAsync(two, second.RefreshToken);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (second.Status, third.Status));
        answers = await OnBothAsync(one, two, node => RefreshAsync(node, answers[1].RefreshToken));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.BadRequest, answer.Status));
        Assert.Equal(HttpStatusCode.BadRequest, (await RefreshAsync(one, third.RefreshToken)).Status);
    }

    /// <summary>Six at the same instant, on either node in turn.</summary>
    private static async Task<IReadOnlyList<Answer>> OnBothAsync(
        ServerProcess one, ServerProcess two, Func<ServerProcess, Task<Answer>> ask) =>
        await Task.WhenAll(Enumerable.Range(0, 6).Select(index => ask(index % 2 == 0 ? one : two)));

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

    private static Task<Answer> RedeemAsync(ServerProcess node, string code) => AskAsync(
        node,
        new("grant_type", "authorization_code"), new("code", code), new("redirect_uri", RedirectUri), new("code_verifier", Verifier));

    private static Task<Answer> RefreshAsync(ServerProcess node, string? token) =>
        AskAsync(node, new("grant_type", "refresh_token"), new("refresh_token", token!));

    private static async Task<Answer> AskAsync(ServerProcess node, params KeyValuePair<string, string>[] parameters)
    {
        using var client = new HttpClient(node.Connect()) { BaseAddress = node.Issuer };
        using var form = new FormUrlEncodedContent([.. parameters, new("client_id", "shop"), new("client_secret", Secret)]);
        using var answer = await client.PostAsync("/connect/token", form);
        Assert.True(answer.Content.Headers.ContentType?.MediaType == "application/json", await answer.Content.ReadAsStringAsync());
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return new(answer.StatusCode, body.TryGetProperty("refresh_token", out var token) ? token.GetString() : null);
    }

    private static string AuthorizeUrl() => QueryHelpers.AddQueryString("/connect/authorize", new Dictionary<string, string?>
    {
        ["client_id"] = "shop",
        ["redirect_uri"] = RedirectUri,
        ["response_type"] = "code",
        ["scope"] = "openid offline_access",
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
            AuthenticationMethod = ClientAuthenticationMethod.ClientSecretBasic,
            SecretHash = ClientSecret.HashOf(Secret),
            CreatedAt = now,
            RedirectUris = [RedirectUri],
            GrantTypes = [GrantTypes.AuthorizationCode, GrantTypes.RefreshToken],
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

    private sealed record Answer(HttpStatusCode Status, string? RefreshToken);
}
