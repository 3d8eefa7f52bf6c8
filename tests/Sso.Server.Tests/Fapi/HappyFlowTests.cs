using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.WebUtilities;
using Sso.Server.Tests.Conformance;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Fapi;

/// <summary>fapi2-security-profile-final-happy-flow, and what every module of that plan checks beside its own subject.</summary>
[OneDatabase]
public sealed class HappyFlowTests(FapiPlan plan) : IClassFixture<FapiPlan>
{
    private const string Prefix = "urn:ietf:params:oauth:request_uri:";

    [Theory]
    [Spec("FS02")]
    [Spec("FG01")]
    [Spec("FG02")]
    [Spec("FG03")]
    [Spec("FG05")]
    [Spec("FG06")]
    [Spec("FG07")]
    [Spec("FG08")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_client_gets_bound_tokens_by_a_pushed_request(bool second)
    {
        var client = second ? plan.Second : plan.First;
        var (state, nonce) = (new string('s', 128), new string('n', 43));
        // The second client announces its key, sends no proof at PAR, and comes back to an address with a query of its own.
        var uri = client.RedirectUri + (second ? "?dummy1=lorem&dummy2=ipsum" : "");
        var key = client.ProofKey!;
        client.ProofKey = second ? null : key;
        var pushed = await client.PushAsync(
            ("state", state), ("nonce", nonce), ("redirect_uri", uri), ("dpop_jkt", second ? key.Thumbprint : null));
        client.ProofKey = key;
        Assert.Equal((HttpStatusCode.Created, 60), (pushed.Status, pushed.Body.GetProperty("expires_in").GetInt32()));

        var answer = await plan.AuthorizeAsync(client, pushed, ("response_type", "code"), ("scope", "openid"), ("redirect_uri", uri));
        Assert.Equal((SsoServer.Issuer, state, ""), (answer.Parameter("iss"), answer.Parameter("state"), answer.Url.Fragment));
        string[] names = second ? ["code", "dummy1", "dummy2", "iss", "state"] : ["code", "iss", "state"];
        Assert.Equal(names, QueryHelpers.ParseQuery(answer.Url.Query).Keys.Order(StringComparer.Ordinal));

        var tokens = await client.RedeemAsync(answer.Code, ("redirect_uri", uri));
        Standard.TokenAnswer(tokens);
        Assert.Equal("DPoP", tokens.Text("token_type"));
        Assert.Contains(tokens.IdToken.Alg, (string[])["PS256", "ES256"]);
        await Standard.IdTokenAsync(plan.Server, tokens.IdToken, client.Id, nonce, tokens.AccessToken!, answer.Code!, tokens.IdToken.Alg);
        foreach (var accept in (string[])["application/json", "*/*", "application/json;charset=utf-8"])
        {
            using var resource = await UserInfoAsync(client, tokens.AccessToken!, accept);
            Assert.Equal(HttpStatusCode.OK, resource.StatusCode);
        }
    }

    [Fact]
    [Spec("FG06")]
    public async Task A_request_uri_is_random_and_no_other()
    {
        var (one, other) = ((await plan.First.PushAsync()).Text("request_uri")!, (await plan.First.PushAsync()).Text("request_uri")!);

        Assert.All([one, other], uri => Assert.StartsWith(Prefix, uri, StringComparison.Ordinal));
        Assert.All([one, other], uri => Standard.IsRandom(uri[Prefix.Length..]));
        Assert.NotEqual(one, other);
    }

    [Fact]
    [Spec("FG08")]
    public Task Keys_are_strong_enough() => Standard.KeySetAsync(plan.Server);

    [Fact]
    [Spec("FS03")]
    public async Task Who_cancels_at_the_sign_in_page_comes_back_with_access_denied_and_state()
    {
        foreach (var client in (RelyingParty[])[plan.First, plan.Second])
        {
            var browser = plan.Server.OpenBrowser();

            IsDenied(await browser.CancelAsync(await browser.GetAsync(FapiPlan.Url(client, await client.PushAsync()))));
        }
    }

    [Fact]
    [Spec("FS03")]
    [Spec("XP07")]
    public async Task So_does_who_cancels_at_the_second_factor_or_at_the_question_for_consent()
    {
        var shop = await plan.Server.RegisterAsync("shop", client => client.ConsentRequired = true);
        var anna = await (await plan.Server.AddPersonAsync("anna")).WithAppAsync();
        foreach (var stop in (string[])["/signin/verify/app", "/consent"])
        {
            var browser = plan.Server.OpenBrowser();
            var page = await Journey.PasswordAsync(browser, await browser.GetAsync(shop.AuthorizeUrl()), anna);
            page = page.Path == stop ? page : await Journey.AppAsync(browser, page, anna);
            Assert.Equal(stop, page.Path);

            IsDenied(await browser.CancelAsync(page));
        }
    }

    private static void IsDenied(Page cancelled) =>
        Assert.Equal(
            ("access_denied", "state-1", SsoServer.Issuer), (cancelled.Error, cancelled.Parameter("state"), cancelled.Parameter("iss")));

    private async Task<HttpResponseMessage> UserInfoAsync(RelyingParty client, string accessToken, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/connect/userinfo");
        request.Headers.Authorization = new AuthenticationHeaderValue("DPoP", accessToken);
        request.Headers.TryAddWithoutValidation("DPoP", client.Proof("GET", "/connect/userinfo", accessToken));
        request.Headers.Accept.ParseAdd(accept);
        using var http = plan.Server.Backchannel();
        return await http.SendAsync(request);
    }
}
