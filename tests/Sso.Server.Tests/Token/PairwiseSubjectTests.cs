using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Token;

[Spec("OIDC Core", "8.1")]
[Spec("S110")]
[OneDatabase]
public sealed class PairwiseSubjectTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    [Spec("PY14")]
    public async Task One_person_is_one_subject_within_a_sector_and_another_in_every_other()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        var first = await SubjectAsync(browser, ada, "shop.example");
        Assert.Equal(first, await SubjectAsync(browser, ada, "shop.example"));
        var other = await SubjectAsync(browser, ada, "other.example");
        Assert.NotEqual(first, other);
        Assert.Equal(ada.Subject, await SubjectAsync(browser, ada, sector: null));
        Assert.DoesNotContain(ada.Subject, new[] { first, other });
        Assert.All(new[] { first, other }, subject => Assert.Matches("^[A-Za-z0-9_-]{43}$", subject));
    }

    [Fact]
    public async Task Every_place_that_names_the_person_to_the_client_says_the_same()
    {
        var shop = await RegisterAsync("shop.example");
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(browser, ada, ("scope", "openid offline_access"))).Code);
        var subject = tokens.IdToken.Subject;
        Assert.Equal(subject, new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(tokens.AccessToken).Subject);
        Assert.Equal(subject, (await shop.UserInfoAsync(tokens.AccessToken)).Body.GetProperty("sub").GetString());
        Assert.Equal(subject, (await shop.IntrospectAsync(tokens.AccessToken)).Text("sub"));
        Assert.Equal(subject, (await shop.IntrospectAsync(tokens.RefreshToken)).Text("sub"));
        Assert.Null((await shop.IntrospectAsync(tokens.AccessToken)).Text("username"));
        var refreshed = await shop.RefreshAsync(tokens.RefreshToken);
        Assert.Equal(subject, refreshed.IdToken.Subject);
        var answers = string.Concat(tokens.Body.ToString(), refreshed.Body.ToString());
        Assert.DoesNotContain(ada.Subject, answers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hint_with_that_subject_means_this_person_and_nobody_else()
    {
        var shop = await RegisterAsync("shop.example");
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(browser, ada)).Code);
        Assert.NotNull((await browser.GetAsync(shop.AuthorizeUrl(("prompt", "none"), ("id_token_hint", tokens.Text("id_token"))))).Code);
        var bo = await (await server.AddPersonAsync("bo")).WithAppAsync();
        var other = server.OpenBrowser();
        await shop.SignInAsync(other, bo);
        Assert.Equal(
            "login_required",
            (await other.GetAsync(shop.AuthorizeUrl(("prompt", "none"), ("id_token_hint", tokens.Text("id_token"))))).Error);
        Assert.Equal(
            "/signedout",
            (await browser.GetAsync(QueryHelpers.AddQueryString("/connect/logout", "id_token_hint", tokens.Text("id_token")!))).Path);
    }

    [Fact]
    public async Task The_key_is_sealed_in_the_database_and_the_same_on_every_node()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var here = await SubjectAsync(server.OpenBrowser(), ada, "shop.example");
        await using var second = await server.StartSecondNodeAsync();
        var shop = await RegisterAsync("shop.example");
        await second.ReloadAsync();
        var there = await shop.On(second).RedeemAsync((await shop.On(second).SignInAsync(second.OpenBrowser(), ada)).Code);
        Assert.Equal(here, there.IdToken.Subject);
        await using var database = server.OpenDatabase();
        var row = await database.PairwiseKeys.AsNoTracking().SingleAsync();
        Assert.NotEqual(here, PairwiseSubject.Of(PairwiseSubject.KeyOf(row.Protected, "shop.example"), ada.Id));
    }

    private Task<RelyingParty> RegisterAsync(string? sector) => server.RegisterAsync("shop", client => client.Sector = sector);

    private async Task<string> SubjectAsync(Browser browser, Customer customer, string? sector)
    {
        var shop = await RegisterAsync(sector);
        return (await shop.RedeemAsync((await shop.SignInAsync(browser, customer)).Code)).IdToken.Subject;
    }
}
