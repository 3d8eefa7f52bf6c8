using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Sso.Protocol.Authorization;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Conformance;

/// <summary>The modules of oidcc-basic-certification-test-plan, by each way in which an answer can come.</summary>
public abstract class BasicPlan(SsoServerWithPeer fixture, bool isFormPost) : RequestParameterModules(fixture, isFormPost)
{
    [Fact]
    [Spec("BA01")]
    [Spec("GE09")]
    [Spec("GE12")]
    [Spec("GE15")]
    [Spec("GE16")]
    [Spec("GE17")]
    public async Task A_plain_code_flow_gives_tokens_that_tell_nothing_unasked()
    {
        var suite = await SuiteAsync();

        var done = await suite.RunAsync(await PersonAsync());

        Assert.Equal(suite.Party.RedirectUri, done.Callback.Target);
        Assert.Equal("sub", Names(done.Claims));
    }

    [Fact]
    [Spec("BA03")]
    public async Task An_id_token_names_its_key_and_is_rs256_when_nothing_was_registered()
    {
        var done = await (await SuiteAsync()).RunAsync(await PersonAsync());

        Assert.Equal("RS256", done.IdToken.Alg);
        Assert.NotEmpty(done.IdToken.Kid);
    }

    [Fact]
    [Spec("BA04")]
    [Spec("DY02")]
    public async Task Unsigned_id_tokens_are_not_offered() =>
        Assert.DoesNotContain(
            "none",
            (await ConfigPlanTests.MetadataAsync(Server)).GetProperty("id_token_signing_alg_values_supported")
                .EnumerateArray().Select(value => value.GetString()));

    [Fact]
    [Spec("BA05")]
    [Spec("BA06")]
    public async Task Userinfo_answers_get_and_an_empty_post_alike()
    {
        var done = await (await SuiteAsync()).RunAsync(await PersonAsync(), ("scope", "openid profile email"));

        var answers = new List<string>();
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post })
        {
            using var client = Server.Backchannel();
            using var request = new HttpRequestMessage(method, "/connect/userinfo");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", done.Answer.AccessToken);
            using var answer = await client.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
            answers.Add(await answer.Content.ReadAsStringAsync());
        }

        Assert.Equal(answers[0], answers[1]);
        using var claims = JsonDocument.Parse(answers[0]);
        Assert.Equal(done.IdToken.Subject, claims.RootElement.GetProperty("sub").GetString());
        Assert.False(claims.RootElement.TryGetProperty("_claim_names", out _));
    }

    [Fact]
    [Spec("BA08")]
    public async Task A_request_without_nonce_gets_a_code_and_a_token_without_nonce()
    {
        var done = await (await SuiteAsync()).RunAsync(await PersonAsync(), ("nonce", null));

        Assert.False(done.IdToken.TryGetPayloadValue<string>("nonce", out _));
    }

    [Theory]
    [Spec("BA09")]
    [Spec("BA10")]
    [Spec("BA11")]
    [Spec("BA12")]
    [Spec("BA13")]
    [Spec("GE16")]
    [InlineData("openid profile")]
    [InlineData("openid email")]
    [InlineData("openid address")]
    [InlineData("openid phone")]
    [InlineData("openid profile email address phone")]
    public async Task Each_scope_brings_all_its_claims_to_userinfo_and_none_to_the_id_token(string scope)
    {
        var metadata = await ConfigPlanTests.MetadataAsync(Server);
        Assert.Empty(scope.Split(' ').Except(metadata.GetProperty("scopes_supported").EnumerateArray().Select(value => value.GetString())));

        // The suite's standard checks find any claim of a person in the ID token.
        var done = await (await SuiteAsync()).RunAsync(await PersonAsync(), ("scope", scope));

        Assert.Equal(string.Join(' ', scope.Split(' ').SelectMany(ClaimsOf).Order(StringComparer.Ordinal)), Names(done.Claims));
        if (done.Claims.TryGetProperty("phone_number", out var number))
        {
            Assert.Equal(("+393331234567", true), (number.GetString(), done.Claims.GetProperty("phone_number_verified").GetBoolean()));
        }

        if (done.Claims.TryGetProperty("address", out var address))
        {
            Assert.Equal("country locality postal_code region street_address", Names(address));
        }
    }

    [Theory]
    [Spec("BA15")]
    [Spec("BA16")]
    [InlineData("page")]
    [InlineData("popup")]
    public async Task Display_is_taken_and_the_sign_in_is_the_usual_one(string display) =>
        Assert.NotNull((await (await SuiteAsync()).RunAsync(await PersonAsync(), ("display", display))).Answer.AccessToken);

    [Fact]
    [Spec("BA17")]
    public async Task Prompt_login_shows_the_sign_in_page_again_and_moves_auth_time()
    {
        var (suite, person) = (await SuiteAsync(), await PersonAsync());
        var first = await suite.RunAsync(person);
        await Server.PassAsync(TimeSpan.FromSeconds(1));

        Assert.Equal("/signin", (await suite.Browser.GetAsync(suite.Url(("prompt", "login")))).Path);
        var second = await suite.RunAsync(person, ("prompt", "login"));

        Assert.True(second.AuthTime > first.AuthTime);
    }

    [Fact]
    [Spec("BA18")]
    [Spec("FP03")]
    [Spec("GE10")]
    public async Task Prompt_none_in_a_fresh_browser_is_an_error_at_the_callback_with_the_whole_state()
    {
        var answer = await (await SuiteAsync()).AuthorizeSilentlyAsync(("prompt", "none"), ("state", CertificationClient.Random(128)));

        Assert.Equal("login_required", answer["error"]);
    }

    [Fact]
    [Spec("BA19")]
    [Spec("XP07")]
    public async Task Prompt_none_after_a_sign_in_gives_a_code_at_once_for_the_same_person_and_time()
    {
        var suite = await SuiteAsync();
        var first = await suite.RunAsync(await PersonAsync());
        await Server.PassAsync(TimeSpan.FromSeconds(5));

        var second = await suite.FinishAsync(await suite.AuthorizeSilentlyAsync(("prompt", "none")));

        Assert.Equal((first.IdToken.Subject, first.AuthTime), (second.IdToken.Subject, second.AuthTime));
    }

    [Fact]
    [Spec("BA20")]
    public async Task Max_age_1_two_seconds_later_shows_the_sign_in_page_again()
    {
        var (suite, person) = (await SuiteAsync(), await PersonAsync());
        var first = await suite.RunAsync(person);
        await Server.PassAsync(TimeSpan.FromSeconds(2));

        Assert.Equal("/signin", (await suite.Browser.GetAsync(suite.Url(("max_age", "1")))).Path);
        var second = await suite.RunAsync(person, ("max_age", "1"));

        Assert.True(second.AuthTime > first.AuthTime);
        Assert.InRange(Server.Clock.GetUtcNow().ToUnixTimeSeconds() - second.AuthTime, 0, 1);
    }

    [Fact]
    [Spec("BA23")]
    public async Task A_hint_with_the_id_token_of_the_session_succeeds_at_once()
    {
        var suite = await SuiteAsync();
        var first = await suite.RunAsync(await PersonAsync());

        var callback = await suite.AuthorizeSilentlyAsync(("prompt", "none"), ("id_token_hint", first.IdToken.EncodedToken));
        var second = await suite.FinishAsync(callback);

        Assert.Equal((first.IdToken.Subject, first.AuthTime), (second.IdToken.Subject, second.AuthTime));
    }

    [Theory]
    [Spec("BA24")]
    [Spec("BA25")]
    [InlineData("login_hint", "buffy@sso.test")]
    [InlineData("ui_locales", "se")]
    [InlineData("claims_locales", "se")]
    public async Task A_hint_for_a_stranger_or_a_language_we_do_not_speak_is_no_error(string parameter, string value) =>
        Assert.NotNull((await (await SuiteAsync()).RunAsync(await PersonAsync(), (parameter, value))).Answer.AccessToken);

    [Fact]
    [Spec("BA27")]
    public async Task Acr_values_of_the_metadata_succeed_and_the_token_has_one_of_them()
    {
        var wanted = (await ConfigPlanTests.MetadataAsync(Server)).GetProperty("acr_values_supported")
            .EnumerateArray().Select(value => value.GetString()!).ToList();

        var done = await (await SuiteAsync()).RunAsync(await PersonAsync(), ("acr_values", string.Join(' ', wanted)));

        Assert.Equal(Authentication.AcrValues, wanted);
        Assert.Contains(done.IdToken.GetPayloadValue<string>("acr"), wanted);
    }

    [Fact]
    [Spec("BA28")]
    public async Task The_same_code_again_is_invalid_grant()
    {
        var suite = await SuiteAsync();
        var done = await suite.RunAsync(await PersonAsync());

        var again = await suite.Party.RedeemAsync(done.Callback["code"], ("code_verifier", null));

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (again.Status, again.Error));
    }

    [Fact]
    [Spec("BA30")]
    public async Task The_registered_uri_with_one_more_path_segment_ends_on_a_page()
    {
        var suite = await SuiteAsync();

        var page = await suite.Browser.GetAsync(suite.Url(("redirect_uri", $"{suite.Party.RedirectUri}/{CertificationClient.Random()}")));

        Assert.Equal(("/error", HttpStatusCode.BadRequest), (page.Path, page.Status));
        Assert.DoesNotContain(page.Document.Forms, form => form.Action.Contains(suite.Party.RedirectUri, StringComparison.Ordinal));
    }

    [Fact]
    [Spec("BA32")]
    [Spec("GE04")]
    public async Task A_second_client_may_send_its_secret_in_the_body()
    {
        var methods = (await ConfigPlanTests.MetadataAsync(Server)).GetProperty("token_endpoint_auth_methods_supported")
            .EnumerateArray().Select(value => value.GetString()).ToList();
        Assert.Contains("client_secret_basic", methods);
        Assert.Contains("client_secret_post", methods);
        var second = await SuiteAsync(client => client.AuthenticationMethod = ClientAuthenticationMethod.ClientSecretPost);

        Assert.NotNull((await second.RunAsync(await PersonAsync())).Answer.AccessToken);
    }

    [Fact]
    [Spec("BA38")]
    public async Task A_request_with_an_s256_challenge_works()
    {
        var suite = await SuiteAsync();

        var callback = await suite.AuthorizeAsync(
            await PersonAsync(), ("code_challenge", suite.Party.Challenge), ("code_challenge_method", "S256"));

        await suite.FinishAsync(callback, ("code_verifier", suite.Party.Verifier));
    }

    private static IEnumerable<string> ClaimsOf(string scope) => scope switch
    {
        "profile" => CertifiedPerson.Profile,
        "email" => ["email", "email_verified"],
        "address" => ["address"],
        "phone" => ["phone_number", "phone_number_verified"],
        _ => ["sub"],
    };
}
