using Sso.Protocol.Authorization;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;
using static Sso.Protocol.Tests.Requests;

namespace Sso.Protocol.Tests.Authorization;

[Spec("OIDC Core", "3.1.2.2")]
public sealed class AuthorizationRequestParserTests
{
    private static readonly Client Browser =
        Shop with { AuthenticationMethod = ClientAuthenticationMethod.None, RedirectUris = ["http://127.0.0.1/callback"] };

    [Theory]
    [InlineData("response_type", null, "invalid_request")]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("response_type", "id_token token", "unsupported_response_type")]
    [InlineData("response_type", "code token", "unsupported_response_type")]
    [InlineData("response_mode", "sideways", "invalid_request")]
    [InlineData("scope", null, "invalid_scope")]
    [InlineData("scope", "profile", "invalid_scope")]
    [InlineData("scope", "offline_access", "invalid_scope")]
    [InlineData("scope", "openid admin", "invalid_scope")]
    [InlineData("scope", "openid email", "invalid_scope")]
    [InlineData("scope", "openid \"", "invalid_scope")]
    [InlineData("code_challenge", null, "invalid_request")]
    [InlineData("code_challenge", "short", "invalid_request")]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("code_challenge_method", null, "invalid_request")]
    [InlineData("prompt", "none login", "invalid_request")]
    [InlineData("prompt", "sometimes", "invalid_request")]
    [InlineData("max_age", "-1", "invalid_request")]
    [InlineData("max_age", "soon", "invalid_request")]
    [InlineData("id_token_hint", "forged", "invalid_request")]
    [InlineData("request", "eyJ", "request_not_supported")]
    [InlineData("request_uri", "https://shop.example/r", "request_uri_not_supported")]
    [InlineData("registration", "{}", "registration_not_supported")]
    [InlineData("resource", "https://api.example", "invalid_target")]
    public void Sends_the_standard_error_to_the_client(string parameter, string? value, string error)
    {
        var sent = Assert.IsType<AuthorizationFailure.SentToClient>(Failure(Shop, (parameter, value)));
        Assert.Equal((error, "s", "https://shop.example/callback"), (sent.Error.Code, sent.Target.State, sent.Target.RedirectUri.Value));
        Assert.DoesNotContain('"', sent.Error.Description);
        Assert.DoesNotContain('\\', sent.Error.Description);
    }

    [Theory]
    [Spec("S88")]
    [Spec("RFC 9700", "2.1")]
    [InlineData("https://shop.example/callback/")]
    [InlineData("https://shop.example/callback/../evil")]
    [InlineData("https://shop.example/callback?x=1")]
    [InlineData("https://shop.example/callback#f")]
    [InlineData("https://shop.example/Callback")]
    [InlineData("https://shop.example:443/callback")]
    [InlineData("https://shop.example@evil.example/callback")]
    [InlineData("http://shop.example/callback")]
    [InlineData("https://shop.example/%63allback")]
    [InlineData("https://evil.example/callback")]
    [InlineData("javascript:alert(1)")]
    [InlineData(null)]
    public void Never_redirects_to_a_uri_that_differs_in_any_character(string? uri)
    {
        var shown = Assert.IsType<AuthorizationFailure.ShownToUser>(Failure(Shop, ("redirect_uri", uri)));
        Assert.Equal(AuthorizationPageError.WrongRedirectUri, shown.Error);
    }

    [Theory]
    [Spec("C08")]
    [InlineData("https://shop.example/callback")]
    [InlineData(null)]
    public void A_client_without_any_redirect_uri_is_said_to_be_unfinished_whatever_is_sent(string? uri)
    {
        var shown = Assert.IsType<AuthorizationFailure.ShownToUser>(Failure(Shop with { RedirectUris = [] }, ("redirect_uri", uri)));
        Assert.Equal(AuthorizationPageError.DraftClient, shown.Error);
    }

    [Fact]
    public void An_unknown_client_is_told_to_the_visitor_and_nobody_is_redirected() =>
        Assert.Equal(
            AuthorizationPageError.UnknownClient,
            Assert.IsType<AuthorizationFailure.ShownToUser>(Failure(Shop, ("client_id", "nobody"))).Error);

    [Theory]
    [Spec("RFC 8252", "7.3")]
    [InlineData("http://127.0.0.1:49152/callback", true)]
    [InlineData("http://127.0.0.1/callback", true)]
    [InlineData("http://127.0.0.1:/callback", false)]
    [InlineData("http://127.0.0.1:123456/callback", false)]
    [InlineData("http://127.0.0.1:65535/callback", true)]
    [InlineData("http://127.0.0.1:65536/callback", false)]
    [InlineData("http://127.0.0.1:80@evil.example/callback", false)]
    [InlineData("http://127.0.0.1.evil.example/callback", false)]
    [InlineData("http://localhost:49152/callback", false)]
    [InlineData("http://127.0.0.1:49152/other", false)]
    public void A_native_client_may_choose_the_port_of_its_loopback_address(string uri, bool accepted) =>
        Assert.Equal(accepted, VerifiedRedirectUri.Match(Browser, uri) is not null);

    [Theory]
    [Spec("OIDC Core", "11")]
    [InlineData("code", true, true, "offline_access openid")]
    [InlineData("code", false, true, "openid")]
    [InlineData("code", true, false, "openid")]
    [InlineData("code id_token", true, true, "offline_access openid")]
    [InlineData("id_token", true, true, "openid")]
    public void Offline_access_is_passed_over_where_no_refresh_token_can_come(string type, bool hasGrant, bool hasScope, string scopes)
    {
        var client = Shop with
        {
            AllowsIdTokenResponses = true,
            GrantTypes = hasGrant ? Shop.GrantTypes : [GrantTypes.AuthorizationCode],
            Scopes = hasScope ? Shop.Scopes : [Scopes.OpenId],
        };
        var request = Request(client, ("response_type", type), ("scope", "openid offline_access"), ("nonce", "n"));
        Assert.Equal(scopes, Scopes.Format(request.Scopes));
    }

    [Fact]
    [Spec("S89")]
    public void Pkce_may_be_left_out_only_where_an_operator_allowed_it_to_a_confidential_client()
    {
        Assert.Null(Request(Shop with { RequirePkce = false }, ("code_challenge", null), ("code_challenge_method", null)).CodeChallenge);
        Assert.IsType<AuthorizationFailure.SentToClient>(
            Failure(Browser with { RequirePkce = false }, ("code_challenge", null), ("code_challenge_method", null)));
    }

    [Fact]
    public void Reads_everything_that_a_client_may_ask()
    {
        var request = Request(
            Shop, ("scope", "openid profile"), ("response_mode", "form_post"),
            ("nonce", "n"), ("prompt", "login consent"), ("max_age", "0"),
            ("login_hint", "anna"), ("ui_locales", "en it"), ("acr_values", "a b"),
            ("id_token_hint", "hint-of-anna"), ("display", "popup"));
        Assert.Equal("form_post", request.ResponseMode);
        Assert.Equal(Prompt.Login | Prompt.Consent, request.Prompt);
        Assert.Equal(TimeSpan.Zero, request.MaxAge);
        Assert.Equal(["en", "it"], request.UiLocales);
        Assert.Equal(["a", "b"], request.AcrValues);
        Assert.Equal((Anna.ToString("N"), "anna", "n"), (request.HintedSubject, request.LoginHint, request.Nonce));
    }

    [Fact]
    [Spec("RFC 6749", "3.1")]
    public void A_parameter_sent_twice_is_refused_and_an_empty_one_does_not_exist()
    {
        Assert.Equal("invalid_request", RequestParameters.From([new("state", "a"), new("state", "b")]).Error?.Code);
        Assert.Null(RequestParameters.From([new("state", "")]).Value!.Text("state"));
    }

    [Fact]
    [Spec("RFC 6749", "3.1")]
    public void A_parameter_that_is_not_known_is_passed_over_when_it_is_sent_twice()
    {
        var parameters = RequestParameters.From([new("utm_source", "a"), new("state", "s"), new("utm_source", "b")]).Value!;

        Assert.Equal(("s", null), (parameters.Text("state"), parameters.Text("utm_source")));
    }

    [Theory]
    [Spec("RFC 6749", "4.1.2.1")]
    [InlineData("a", "b", null)]
    [InlineData("a", "a", "a")]
    [InlineData("a\0", "a\0", null)]
    public void What_is_wrong_with_a_known_one_is_kept_and_none_of_its_values_is_read(string first, string second, string? state)
    {
        var parameters = RequestParameters.Read([new("state", first), new("nonce", "n"), new("state", second)]);
        // As a form that was posted comes back by a GET.
        var again = RequestParameters.Read(parameters.ToForm().Split('&').Select(pair => pair.Split('='))
            .Select(pair => KeyValuePair.Create(pair[0], (string?)Uri.UnescapeDataString(pair[1]))));

        Assert.All([parameters, again], read =>
        {
            Assert.Equal(("invalid_request", null, "n"), (read.Flaw?.Code, read.Text("state"), read.Text("nonce")));
            Assert.Equal(state, read.StateToReturn);
        });
    }

    [Fact]
    [Spec("RFC 8707", "2")]
    public void Only_resource_may_repeat() =>
        Assert.Equal(["a", "b"], RequestParameters.From([new("resource", "a"), new("resource", "b")]).Value!.NamedResources);
}
