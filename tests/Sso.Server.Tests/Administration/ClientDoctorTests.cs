using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Admin.Clients;
using Sso.Admin.Diagnosis;
using Sso.Data.Administrators;
using Sso.Data.Clients;
using Sso.Protocol.Clients;
using Sso.Server.Commands;
using Sso.Server.Tests.Commands;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Administration;

/// <summary>Each mistake is made over HTTP, and the doctor has to name it and the field to mend.</summary>
public sealed class ClientDoctorTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    private static readonly (string, string?)[] NoMore = [];

    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("redirect_uri", "https://app.example/callback/", ClientMistake.RedirectUriSlash, "redirect-uri")]
    [InlineData("redirect_uri", "http://app.example/callback", ClientMistake.RedirectUriScheme, "redirect_uri")]
    [InlineData("redirect_uri", "https://app.example:8443/callback", ClientMistake.RedirectUriPort, "redirect-uri")]
    [InlineData("redirect_uri", "https://app.example/Callback", ClientMistake.RedirectUriCase, "redirect-uri")]
    [InlineData("redirect_uri", "https://www.app.example/callback", ClientMistake.RedirectUriHost, "redirect-uri")]
    [InlineData("redirect_uri", "https://app.example/signin-oidc", ClientMistake.RedirectUriOther, "redirect-uri")]
    [InlineData("redirect_uri", null, ClientMistake.RedirectUriMissing, "redirect_uri")]
    [InlineData("scope", "openid nonsense", ClientMistake.UnknownScope, "scope")]
    [InlineData("scope", "profile", ClientMistake.OpenIdMissing, "scope")]
    [InlineData("response_type", "token", ClientMistake.ResponseType, "response_type")]
    [InlineData("code_challenge_method", "plain", ClientMistake.ChallengePlain, "code_challenge_method")]
    [InlineData("code_challenge", null, ClientMistake.ChallengeMissing, "code_challenge")]
    [InlineData(
        "claims", """{"id_token":{"acr":{"essential":true,"value":"urn:nobody:has:it"}}}""", ClientMistake.AcrNotOffered, "acr_values")]
    public async Task A_wrong_parameter_of_a_request_is_named(string parameter, string? value, ClientMistake mistake, string field)
    {
        var shop = await server.RegisterAsync("app");
        (string, string?)[] changes = [(parameter, value), .. parameter == "code_challenge" ? [("code_challenge_method", value)] : NoMore];
        await server.OpenBrowser().GetAsync(shop.AuthorizeUrl(changes));
        var found = await NamedAsync(shop.Id, mistake, field);
        Assert.Equal(parameter == "claims" ? null : value, found.Received?.Replace("»", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_address_that_another_application_registered_is_named()
    {
        var other = await server.RegisterAsync("altra");
        var shop = await server.RegisterAsync("mia");
        await server.OpenBrowser().GetAsync(shop.AuthorizeUrl(("redirect_uri", other.RedirectUri)));
        await NamedAsync(shop.Id, ClientMistake.RedirectUriOfAnother, "redirect_uri");
    }

    [Fact]
    public async Task A_long_address_is_recognized_by_what_the_record_holds_of_it()
    {
        const string Registered = "https://long.example/one/two/three/four/five/six/seven/eight/nine/ten";
        var shop = await server.RegisterAsync("long", client => client.RedirectUris = [Registered]);
        await server.OpenBrowser().GetAsync(
            shop.AuthorizeUrl(("redirect_uri", Registered.Replace("https", "http", StringComparison.Ordinal))));
        await NamedAsync(shop.Id, ClientMistake.RedirectUriScheme, "redirect_uri");
    }

    [Fact]
    public async Task A_draft_and_one_that_is_off_are_named()
    {
        var draft = await server.RegisterAsync("bozza", client => client.RedirectUris = []);
        await server.OpenBrowser().GetAsync((await server.RegisterAsync("altra")).AuthorizeUrl(("client_id", draft.Id)));
        await NamedAsync(draft.Id, ClientMistake.Draft, "redirect-uri");

        var off = await server.RegisterAsync("spenta");
        await using (var scope = server.App.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<SwitchClient>().DisableAsync(off.Id, CancellationToken.None);
        }

        await server.ReloadAsync();
        await server.OpenBrowser().GetAsync(off.AuthorizeUrl());
        await off.TokenAsync(("grant_type", "authorization_code"), ("code", "none"));
        var found = await NamedAsync(off.Id, ClientMistake.Disabled, "disabled");
        Assert.Equal($"sso client enable {off.Id}", found.Command);
        await using var database = server.OpenDatabase();
        Assert.Equal(2, database.SecurityEvents.Count(item => item.ClientId == off.Id && item.Reason == "the client is off"));
    }

    [Fact]
    public async Task A_request_that_had_to_be_pushed_or_signed_is_named_and_so_is_one_that_is_pushed_wrongly()
    {
        var pushing = await server.RegisterAsync("par", client => client.RequiresPushedRequests = true);
        await server.OpenBrowser().GetAsync(pushing.AuthorizeUrl());
        await pushing.PushAsync(("scope", "openid nonsense"));
        await NamedAsync(pushing.Id, ClientMistake.MustBePushed, "require-par");
        await NamedAsync(pushing.Id, ClientMistake.UnknownScope, "scope");

        var signing = await server.RegisterAsync("firma", new ClientKey("PS256"), client => client.RequiresSignedRequests = true);
        await server.OpenBrowser().GetAsync(signing.AuthorizeUrl());
        await NamedAsync(signing.Id, ClientMistake.MustBeSigned, "require-signed-requests");
    }

    [Fact]
    public async Task A_wrong_and_an_expired_secret_are_told_apart()
    {
        ClientRegistration? row = null;
        var shop = await server.RegisterAsync("segreto", client => row = client);
        await AskAsync(new RelyingParty(server, row!, "ssocs_wrong"));
        await NamedAsync(shop.Id, ClientMistake.WrongSecret, "client_secret");

        var late = await server.RegisterAsync("scaduto", client => client.SecretExpiresAt = server.Clock.GetUtcNow());
        await AskAsync(late);
        var all = await DiagnoseAsync(late.Id);
        Assert.All(all, found => Assert.Equal((ClientMistake.ExpiredSecret, "client_secret"), (found.Mistake, found.Field)));
        Assert.Contains(all, found => found.Count == 1);
    }

    [Fact]
    public async Task Another_method_than_the_registered_one_is_named()
    {
        ClientRegistration? row = null;
        var shop = await server.RegisterAsync("metodo", new ClientKey("PS256"), client => row = client);
        await AskAsync(new RelyingParty(server, row! with { AuthenticationMethod = ClientAuthenticationMethod.ClientSecretBasic }, "x"));
        var found = await NamedAsync(shop.Id, ClientMistake.WrongMethod, "auth");
        Assert.Equal("private_key_jwt", found.Registered);
    }

    [Theory]
    [InlineData("aud", ClientMistake.AssertionAudience, "aud")]
    [InlineData("exp", ClientMistake.AssertionExpired, "exp")]
    [InlineData("iat", ClientMistake.AssertionFromTheFuture, "iat")]
    [InlineData("far", ClientMistake.AssertionTooLong, "exp")]
    [InlineData("jti", ClientMistake.AssertionReused, "jti")]
    [InlineData("kid", ClientMistake.KeyUnknown, "jwks")]
    [InlineData("key", ClientMistake.WrongSignature, "jwks")]
    public async Task A_wrong_client_assertion_is_named(string what, ClientMistake mistake, string field)
    {
        var shop = await server.RegisterAsync("prova", new ClientKey("PS256", "mine"));
        var now = server.Clock.GetUtcNow();
        var assertion = what switch
        {
            "aud" => shop.Assertion(claims => claims["aud"] = "https://elsewhere.example"),
            "exp" => shop.Assertion(claims => claims["exp"] = now.AddMinutes(-5).ToUnixTimeSeconds()),
            "iat" => shop.Assertion(claims => claims["iat"] = now.AddMinutes(4).ToUnixTimeSeconds()),
            "far" => shop.Assertion(claims => claims["exp"] = now.AddDays(1).ToUnixTimeSeconds()),
            "kid" => shop.Assertion(header: new JsonObject { ["kid"] = "other" }),
            "key" => shop.Assertion(key: new ClientKey("PS256", "mine")),
            _ => shop.Assertion(),
        };
        await AskAsync(shop, ("client_assertion_type", ClientAssertion.Type), ("client_assertion", assertion));
        if (what == "jti")
        {
            await AskAsync(shop, ("client_assertion_type", ClientAssertion.Type), ("client_assertion", assertion));
        }

        await NamedAsync(shop.Id, mistake, field);
    }

    [Fact]
    public async Task Keys_that_cannot_be_fetched_are_named()
    {
        var shop = await server.RegisterAsync(
            "chiavi", new ClientKey("PS256", "mine"), client => (client.Jwks, client.JwksUri) = (null, "https://keys.invalid/jwks"));
        await AskAsync(shop, ("client_assertion_type", ClientAssertion.Type), ("client_assertion", shop.Assertion()));
        var found = await NamedAsync(shop.Id, ClientMistake.KeysUnreachable, "jwks-uri");
        Assert.Equal("https://keys.invalid/jwks", found.Registered);
    }

    [Fact]
    public async Task An_address_after_the_sign_out_that_is_not_registered_is_named()
    {
        var shop = await server.RegisterAsync("uscita");
        await server.OpenBrowser().GetAsync(QueryHelpers.AddQueryString(
            "/connect/logout",
            new Dictionary<string, string?> { ["client_id"] = shop.Id, ["post_logout_redirect_uri"] = "https://uscita.example/bye" }));
        var found = await NamedAsync(shop.Id, ClientMistake.PostLogoutUri, "post-logout-redirect-uri");
        Assert.Equal(("https://uscita.example/»bye", null, true), (found.Received, found.Command, found.IsForeign));
    }

    [Theory]
    [InlineData("twice", ClientMistake.CodeReused, "code")]
    [InlineData("late", ClientMistake.CodeExpired, "code")]
    [InlineData("redirect", ClientMistake.RedirectUriAtToken, "redirect_uri")]
    [InlineData("verifier", ClientMistake.Verifier, "code_verifier")]
    [InlineData("grant", ClientMistake.GrantType, "grant_type")]
    public async Task A_code_that_is_redeemed_wrongly_is_named(string what, ClientMistake mistake, string field)
    {
        var shop = await server.RegisterAsync("codice");
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var code = (await shop.SignInAsync(server.OpenBrowser(), ada)).Code;
        switch (what)
        {
            case "twice":
                await shop.RedeemAsync(code);
                await shop.RedeemAsync(code);
                break;
            case "late":
                await server.PassAsync(TimeSpan.FromMinutes(5));
                await shop.RedeemAsync(code);
                break;
            case "redirect":
                await shop.RedeemAsync(code, ("redirect_uri", "https://codice.example/other"));
                break;
            case "verifier":
                await shop.RedeemAsync(code, ("code_verifier", new string('a', 43)));
                break;
            default:
                await shop.RedeemAsync(code, ("grant_type", "password"));
                break;
        }

        await NamedAsync(shop.Id, mistake, field);
    }

    [Fact]
    public async Task A_parameter_that_comes_twice_is_named_wherever_it_came()
    {
        var shop = await server.RegisterAsync("doppia");
        await server.OpenBrowser().GetAsync(shop.AuthorizeUrl() + "&scope=openid");
        var found = await NamedAsync(shop.Id, ClientMistake.ParameterTwice, "scope");
        Assert.Null(found.Received);

        var code = (await shop.SignInAsync(server.OpenBrowser(), await (await server.AddPersonAsync("dora")).WithAppAsync())).Code;
        using var http = server.Backchannel();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token")
        {
            Content = new FormUrlEncodedContent(
            [
                new("grant_type", "authorization_code"), new("code", code), new("code", code),
                new("redirect_uri", shop.RedirectUri),
            ]),
        };
        request.Headers.Authorization = new(
            "Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{shop.Id}:{shop.Secret}")));
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Contains(
            "The parameter code is sent more than once.",
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains(
            await DiagnoseAsync(shop.Id), item => item is { Mistake: ClientMistake.ParameterTwice, Field: "code" });
    }

    [Fact]
    [Spec("RFC 9110", "15.5.6")]
    public async Task A_wrong_method_is_named_with_the_right_ones()
    {
        var shop = await server.RegisterAsync("metodo");
        using var http = server.Backchannel();
        using var answer = await http.GetAsync(
            $"/connect/token?grant_type=authorization_code&client_id={shop.Id}&code=x", TestContext.Current.CancellationToken);
        Assert.Contains(
            "does not take the method GET, but POST",
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var found = await NamedAsync(shop.Id, ClientMistake.HttpMethod, "method");
        Assert.Equal(("GET /connect/token", "POST"), (found.Received, found.Registered));
    }

    [Fact]
    public async Task What_was_mended_is_told_no_more()
    {
        var shop = await server.RegisterAsync("guarita");
        await server.OpenBrowser().GetAsync(shop.AuthorizeUrl(("redirect_uri", "https://guarita.example/other")));
        var found = await NamedAsync(shop.Id, ClientMistake.RedirectUriOther, "redirect-uri");
        // Anybody may have sent it: no command is ready that registers it.
        Assert.Equal((null, true), (found.Command, found.IsForeign));
        await using var scope = server.App.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<ChangeClient>().ExecuteAsync(
            shop.Id, client => client with { RedirectUris = [.. client.RedirectUris, "https://guarita.example/other"] },
            CancellationToken.None);
        Assert.Empty(await DiagnoseAsync(shop.Id));
    }

    [Fact]
    public async Task The_page_of_the_console_says_the_same_in_both_languages()
    {
        var shop = await server.RegisterAsync("pagina");
        await server.OpenBrowser().GetAsync(shop.AuthorizeUrl(("redirect_uri", shop.RedirectUri + "/")));
        await server.OpenBrowser().GetAsync(shop.AuthorizeUrl(("scope", "openid <b>nonsense</b>")));
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, $"/console/application/doctor?id={shop.Id}");
        Assert.Equal(
            ["RedirectUriSlash", "UnknownScope"],
            page.Document.QuerySelectorAll("[data-mistake]").Select(item => item.GetAttribute("data-mistake")).Order());
        var text = page.Document.QuerySelector("main")!.TextContent;
        Assert.Contains("barra finale", text, StringComparison.Ordinal);
        Assert.Contains("openid <b>nonsense</b>", text, StringComparison.Ordinal);
        Assert.NotNull(page.Document.QuerySelector("a[href*='/console/application/doctor'][aria-current=page]"));
    }

    [Theory]
    [InlineData(AdministratorRole.Owner)]
    [InlineData(AdministratorRole.AppManager)]
    public async Task The_page_leads_to_where_it_is_mended_and_types_a_command_only_for_those_who_have_one(AdministratorRole role)
    {
        var shop = await server.RegisterAsync("rimedio" + role);
        await server.OpenBrowser().GetAsync(shop.AuthorizeUrl(("redirect_uri", shop.RedirectUri + "/")));
        await using (var database = server.OpenDatabase())
        {
            await database.Clients.Where(client => client.Id == shop.Id).ExecuteUpdateAsync(
                set => set.SetProperty(client => client.SecretExpiresAt, server.Clock.GetUtcNow().AddMinutes(-1)));
        }

        var administrator = await server.AddAdministratorAsync(role, shop.Id);
        var page = await server.OpenBrowser().OpenAsync(administrator, $"/console/application/doctor?id={shop.Id}");
        Assert.Equal("/console/application/change?id=" + shop.Id, LinkOf(page, ClientMistake.RedirectUriSlash));
        Assert.Equal("/console/application/secrets?id=" + shop.Id, LinkOf(page, ClientMistake.ExpiredSecret));
        Assert.DoesNotContain("sso client", page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AdministratorRole.Owner, "dalle tutti gli scope con")]
    [InlineData(AdministratorRole.Security, "chiedi a un proprietario")]
    [InlineData(AdministratorRole.Auditor, "chiedi a un proprietario")]
    public async Task Commands_that_change_things_are_for_owners_and_a_scope_has_its_way_too(AdministratorRole role, string told)
    {
        var shop = await server.RegisterAsync("scope" + role);
        await server.OpenBrowser().GetAsync(shop.AuthorizeUrl(("scope", "openid nonsense")));
        await server.OpenBrowser().GetAsync(shop.AuthorizeUrl(("redirect_uri", shop.RedirectUri + "/")));
        var page = await server.OpenBrowser().OpenAsync(
            await server.AddAdministratorAsync(role), $"/console/application/doctor?id={shop.Id}");
        Assert.Contains(
            told, page.Document.QuerySelector("[data-mistake=UnknownScope]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(
            role != AdministratorRole.Owner,
            page.Document.QuerySelector("[data-mistake=RedirectUriSlash]")!.TextContent
                .Contains("Chiedi a un proprietario di eseguire", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_command_line_says_it_in_words_with_what_to_type()
    {
        Assert.All(Enum.GetValues<ClientMistake>(), mistake => Assert.NotEmpty(ClientDoctorCommand.InWords(mistake)));
        var shop = await server.RegisterAsync("comando");
        await server.OpenBrowser().GetAsync(shop.AuthorizeUrl(("redirect_uri", shop.RedirectUri + "/")));
        var said = await CommandLine.RunOnAsync(
            server.Clock,
            [$"--Database:Provider={server.Database.Provider}", $"--Database:ConnectionString={server.Database.ConnectionString}"],
            "", "client", "doctor", shop.Id);
        Assert.Equal(1, said.Code);
        Assert.Contains("The redirect URI has an extra or missing slash at the end.", said.Output, StringComparison.Ordinal);
        Assert.Contains("https://comando.example/callback»/", said.Output, StringComparison.Ordinal);
        Assert.Contains(
            $"sso client set {shop.Id} --redirect-uri 'https://comando.example/callback' 'https://comando.example/callback/'", said.Output,
            StringComparison.Ordinal);
    }

    private static Task<TokenAnswer> AskAsync(RelyingParty shop, params (string Name, string? Value)[] more) =>
        shop.TokenAsync([("grant_type", "authorization_code"), ("code", "none"), ("redirect_uri", shop.RedirectUri), .. more]);

    private async Task<DiagnosedMistake> NamedAsync(string clientId, ClientMistake mistake, string field)
    {
        var all = await DiagnoseAsync(clientId);
        var found = Assert.Single(all, found => found.Mistake == mistake);
        Assert.Equal(field, found.Field);
        return found;
    }

    private async Task<IReadOnlyList<DiagnosedMistake>> DiagnoseAsync(string clientId)
    {
        await using var scope = server.App.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<DiagnoseClient>()
            .ExecuteAsync(clientId, ShowApplication.Week, seesOthers: true, CancellationToken.None)).Value!.Found;
    }

    private static string? LinkOf(Page page, ClientMistake mistake) =>
        page.Document.QuerySelector($"[data-mistake={mistake}] a")?.GetAttribute("href");
}
