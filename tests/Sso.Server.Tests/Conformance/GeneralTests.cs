using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Conformance;

/// <summary>Section 0 of the plans, where a row is not already a check of every module (<see cref="Standard"/>).</summary>
[OneDatabase]
public sealed class GeneralTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    [Spec("GE02")]
    [Spec("GE03")]
    public Task The_key_set_holds_public_keys_only_each_whole_and_named_once() => Standard.KeySetAsync(server);

    [Fact]
    [Spec("GE08")]
    [Spec("XP01")]
    public async Task The_openid_plans_send_no_pkce_and_are_answered_where_an_operator_allows_it()
    {
        var suite = await CertificationClient.RegisterAsync(server);

        Assert.NotNull((await suite.RunAsync(await CertifiedPerson.AddAsync(server))).Answer.AccessToken);
    }

    [Fact]
    [Spec("XP01")]
    public async Task A_public_client_needs_pkce_whatever_is_registered_and_a_confidential_one_unless_it_is_switched_off()
    {
        foreach (var (method, required) in new[]
        {
            (ClientAuthenticationMethod.None, false), (ClientAuthenticationMethod.None, true),
            (ClientAuthenticationMethod.ClientSecretBasic, true),
        })
        {
            var suite = await CertificationClient.RegisterAsync(
                server, change: client => (client.AuthenticationMethod, client.RequirePkce) = (method, required));
            Assert.Equal("invalid_request", (await suite.AuthorizeSilentlyAsync())["error"]);
        }
    }

    [Fact]
    [Spec("GE11")]
    public async Task Id_and_secret_are_decoded_after_base64()
    {
        const string Odd = "ssocs_a+b/c %:&=ü";
        var suite = await CertificationClient.RegisterAsync(server, change: client => client.SecretHash = ClientSecret.HashOf(Odd));
        var callback = await suite.AuthorizeAsync(await CertifiedPerson.AddAsync(server));
        using var client = server.Backchannel();
        var pair = $"{Uri.EscapeDataString(suite.Party.Id)}:{Uri.EscapeDataString(Odd).Replace("%20", "+", StringComparison.Ordinal)}";
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
        using var form = new FormUrlEncodedContent(
            [new("grant_type", "authorization_code"), new("code", callback["code"]!), new("redirect_uri", suite.Party.RedirectUri)]);
        using var answer = await client.PostAsync("/connect/token", form);

        Assert.True(answer.IsSuccessStatusCode);
    }

    [Fact]
    [Spec("GE13")]
    public async Task A_refresh_token_and_each_access_token_are_random()
    {
        var suite = await CertificationClient.RegisterAsync(server);
        var done = await suite.RunAsync(await CertifiedPerson.AddAsync(server), ("scope", "openid offline_access"), ("prompt", null));

        var refreshed = await suite.Party.RefreshAsync(done.Answer.RefreshToken);

        Standard.IsRandom(done.Callback["code"]!);
        Standard.IsRandom(done.Answer.RefreshToken!);
        Standard.IsRandom(refreshed.AccessToken!);
        Standard.IsRandom(refreshed.RefreshToken!);
        Assert.NotEqual(done.Answer.RefreshToken, refreshed.RefreshToken);
        Assert.NotEqual(done.Answer.AccessToken, refreshed.AccessToken);
    }

    [Fact]
    [Spec("GE14")]
    public async Task Nothing_that_carries_a_token_or_a_person_may_be_kept()
    {
        var suite = await CertificationClient.RegisterAsync(server);
        var done = await suite.RunAsync(await CertifiedPerson.AddAsync(server), ("scope", "openid offline_access"));

        using var refreshed = await suite.Party.SendAsync(
            "/connect/token", accept: null, ("grant_type", "refresh_token"), ("refresh_token", done.Answer.RefreshToken));
        using var refused = await suite.Party.SendAsync(
            "/connect/token", accept: null, ("grant_type", "refresh_token"), ("refresh_token", "x"));
        using var pushed = await suite.Party.SendAsync(
            "/connect/par", accept: null, ("response_type", "code"), ("scope", "openid"), ("redirect_uri", suite.Party.RedirectUri));
        using var client = server.Backchannel();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", JsonDocument.Parse(await refreshed.Content.ReadAsStringAsync()).RootElement.GetProperty("access_token").GetString());
        using var told = await client.GetAsync("/connect/userinfo");

        Assert.Equal([200, 400, 201, 200], new[] { refreshed, refused, pushed, told }.Select(answer => (int)answer.StatusCode));
        Assert.All([refreshed, refused, pushed, told], answer => Assert.True(answer.Headers.CacheControl!.NoStore));
    }

    [Fact]
    [Spec("XP03")]
    public async Task Pushing_is_demanded_per_client_and_all_others_use_get_or_post()
    {
        var person = await CertifiedPerson.AddAsync(server);
        var suite = await CertificationClient.RegisterAsync(server);
        await suite.RunAsync(person);
        var query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(suite.Url().Split('?')[1]);
        var posted = await suite.Browser.PostAsync(
            "/connect/authorize", query.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.ToString())));
        Assert.NotNull(posted.Code);

        var fapi = await CertificationClient.RegisterAsync(server, change: client => client.RequiresPushedRequests = true);
        Assert.Equal("invalid_request", (await fapi.AuthorizeSilentlyAsync())["error"]);
    }

    [Fact]
    [Spec("XP07")]
    public async Task Consent_is_remembered_for_a_silent_request_and_prompt_consent_asks_again()
    {
        var suite = await CertificationClient.RegisterAsync(server, change: client => client.ConsentRequired = true);
        var person = await CertifiedPerson.AddAsync(server);
        var asked = await Journey.PasswordAsync(suite.Browser, await suite.Browser.GetAsync(suite.Url()), person);
        Assert.Equal("/consent", asked.Path);
        Assert.NotNull((await suite.Browser.SubmitAsync(asked)).Code);

        Assert.NotNull((await suite.AuthorizeSilentlyAsync(("prompt", "none")))["code"]);
        var again = await suite.Browser.GetAsync(suite.Url(("prompt", "consent")));
        Assert.Equal("/consent", again.Path);
        Assert.NotNull((await suite.Browser.SubmitAsync(again)).Code);
        Assert.Equal("consent_required", (await suite.AuthorizeSilentlyAsync(("prompt", "none"), ("scope", "openid email")))["error"]);
    }

    [Fact]
    [Spec("XP09")]
    [Spec("S92")]
    public async Task No_response_type_carries_an_access_token_and_there_is_no_implicit_grant()
    {
        var metadata = await ConfigPlanTests.MetadataAsync(server);
        Assert.DoesNotContain(
            metadata.GetProperty("response_types_supported").EnumerateArray(), type => type.GetString()!.Split(' ').Contains("token"));
        Assert.DoesNotContain(
            metadata.GetProperty("grant_types_supported").EnumerateArray(), type => type.GetString() is "implicit" or "password");

        var suite = await CertificationClient.RegisterAsync(server);
        foreach (var type in new[] { "token", "id_token token", "code token", "code id_token token" })
        {
            var page = await suite.Browser.GetAsync(suite.Url(("response_type", type)));
            var query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(
                page.Url.Query.Length > 0 ? page.Url.Query : page.Url.Fragment.TrimStart('#'));
            Assert.True(page.LeftSso);
            Assert.Equal("unsupported_response_type", query["error"]);
        }

        Assert.Equal(
            "unsupported_grant_type",
            (await suite.Party.TokenAsync(("grant_type", "password"), ("username", "x"), ("password", "x"))).Error);
    }
}
