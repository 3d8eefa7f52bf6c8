using System.Net;
using Microsoft.EntityFrameworkCore;
using Sso.Protocol.Clients;
using Sso.Server.Operations;
using Sso.Server.Tests.Commands;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Token;

/// <summary>
/// A token is taken letter by letter or not at all, and what a person or an operator wrote somewhere does not reach into it.
/// </summary>
[OneDatabase]
public sealed class TokenFormsTests(SsoServer server) : IClassFixture<SsoServer>
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    [Fact]
    [Spec("S112")]
    public async Task A_token_with_any_other_last_character_cut_extended_or_in_other_case_is_refused()
    {
        var (shop, tokens) = await TokensAsync();

        foreach (var spelling in Spellings(tokens.AccessToken!))
        {
            Assert.True(HttpStatusCode.Unauthorized == (await shop.UserInfoAsync(spelling)).Status, spelling);
            Assert.False((await shop.IntrospectAsync(spelling)).Body.GetProperty("active").GetBoolean(), spelling);
        }

        foreach (var spelling in Spellings(tokens.RefreshToken!))
        {
            Assert.False((await shop.IntrospectAsync(spelling)).Body.GetProperty("active").GetBoolean(), spelling);
        }

        Assert.Equal("invalid_grant", (await shop.RefreshAsync(Spellings(tokens.RefreshToken!).Last())).Error);
        Assert.NotNull((await shop.RefreshAsync(tokens.RefreshToken)).AccessToken);
    }

    [Fact]
    [Spec("S112")]
    public async Task A_client_secret_is_taken_letter_by_letter()
    {
        var shop = await server.RegisterAsync("shop", client => client.AuthenticationMethod = ClientAuthenticationMethod.ClientSecretPost);
        Assert.Contains("invalid_grant", await AnswerAsync(shop.Secret!), StringComparison.Ordinal);

        foreach (var spelling in (string[])
        [
            shop.Secret![..^1], shop.Secret + "=", shop.Secret + " ", shop.Secret.ToUpperInvariant(), shop.Secret + "\0",
        ])
        {
            // A NUL is refused before it is compared.
            Assert.Contains(
                spelling.Contains('\0', StringComparison.Ordinal) ? "invalid_request" : "invalid_client",
                await AnswerAsync(spelling),
                StringComparison.Ordinal);
        }

        async Task<string> AnswerAsync(string secret)
        {
            using var form = new FormUrlEncodedContent(
                [new("grant_type", "authorization_code"), new("code", "x"), new("client_id", shop.Id), new("client_secret", secret)]);
            using var client = server.Backchannel();
            using var answer = await client.PostAsync("/connect/token", form);
            return await answer.Content.ReadAsStringAsync();
        }
    }

    [Fact]
    [Spec("S111")]
    public async Task A_revocation_that_could_not_be_stored_is_not_confirmed()
    {
        var (shop, tokens) = await TokensAsync();
        using (var faults = new StatementFaults(server.Database.Name))
        {
            faults.Arm(1);
            var broken = await shop.RevokeAsync(tokens.RefreshToken);
            Assert.Equal(
                (true, HttpStatusCode.ServiceUnavailable, "temporarily_unavailable"), (faults.Happened, broken.Status, broken.Error));
        }

        Assert.NotNull((await shop.RefreshAsync(tokens.RefreshToken)).AccessToken);
    }

    [Fact]
    [Spec("A45")]
    [Spec("S110")]
    public async Task What_stands_in_a_profile_cannot_become_a_claim_of_the_protocol()
    {
        const string Injected = "x\",\"sub\":\"evil\",\"iss\":\"https://evil.example\",\"active\":false,\"aud\":\"evil";
        var shop = await server.RegisterAsync("shop");
        var ada =
            await (await server.AddPersonAsync("ada", person => (person.Name, person.Nickname, person.Locale) = (Injected, Injected, "it")))
                .WithAppAsync();
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(server.OpenBrowser(), ada)).Code);

        var (_, claims) = await shop.UserInfoAsync(tokens.AccessToken);

        Assert.Equal((ada.Subject, Injected), (claims.GetProperty("sub").GetString(), claims.GetProperty("name").GetString()));
        Assert.Equal(claims.EnumerateObject().Count(), claims.EnumerateObject().Select(member => member.Name).Distinct().Count());
        Assert.False(claims.TryGetProperty("iss", out _));
        Assert.Equal((ada.Subject, SsoServer.Issuer), (tokens.IdToken.Subject, tokens.IdToken.Issuer));
        Assert.True((await shop.IntrospectAsync(tokens.AccessToken)).Body.GetProperty("active").GetBoolean());
    }

    [Fact]
    [Spec("A20")]
    public async Task On_a_server_without_people_no_address_sets_it_up_or_makes_an_account()
    {
        await using var empty = new SsoServer();
        await empty.InitializeAsync();
        var browser = empty.OpenBrowser();
        foreach (var path in (string[])["/setup", "/install", "/admin", "/account/create", "/register"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(path)).Status);
            // The static files know no POST.
            var posted = await browser.PostAsync(path, [new("UserName", "root"), new("Password", SsoServer.Password)]);
            Assert.Contains(posted.Status, (HttpStatusCode[])[HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed]);
        }

        // The first administrator is made by a link that only the console of the server shows.
        foreach (var link in (string[])["", "?link=guessed"])
        {
            var page = await browser.GetAsync("/console/setup" + link);
            Assert.Null(page.Document.QuerySelector("main input[type='password']"));
            await browser.PostAsync("/console/setup" + link, [new("Input.UserName", "root"), new("Input.Password", SsoServer.Password)]);
        }

        await using var database = empty.OpenDatabase();
        Assert.False(await database.Users.AnyAsync());
    }

    [Fact]
    [Spec("A48")]
    public async Task A_line_break_in_a_setting_or_a_registration_is_refused_when_it_is_written()
    {
        foreach (var issuer in (string[])
        [
            "https://sso.test\r\nX-Evil: 1", "https://sso.test\n", "https://sso.test\0", "https://sso.test/%0d%0a",
        ])
        {
            Assert.Throws<SettingsException>(() => ServerApplication.Build([$"--Sso:Issuer={issuer}", "--environment=Development"]));
        }

        await using var sso = new CommandLine();
        await sso.InitializeAsync();
        foreach (var arguments in (string[][])
            [
                ["--name", "Shop\r\nX-Evil: 1"], ["--name", "Shop", "--redirect-uri", "https://shop.example/cb\r\nX-Evil:1"],
                ["--name", "Shop", "--scope", "a\nb"],
            ])
        {
            var refused = await sso.RunAsync(["client", "add", "shop", "--type", "web", .. arguments]);
            Assert.True(refused.Code != 0, string.Join(' ', arguments));
        }
    }

    /// <summary>Some last characters of base64url hold bits that no byte uses: each other character is tried.</summary>
    private static IEnumerable<string> Spellings(string token) =>
    [
        .. Alphabet.Where(last => last != token[^1]).Select(last => token[..^1] + last),
        token[..^1], token + "A", token + "=", token + "==", " " + token[1..],
        token.ToLowerInvariant(), token.Replace('_', '/').Replace('-', '+') + "=",
    ];

    private async Task<(RelyingParty Shop, TokenAnswer Tokens)> TokensAsync()
    {
        var shop = await server.RegisterAsync("shop");
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        return (shop,
            await shop.RedeemAsync((await shop.SignInAsync(server.OpenBrowser(), ada, ("scope", "openid profile offline_access"))).Code));
    }
}
