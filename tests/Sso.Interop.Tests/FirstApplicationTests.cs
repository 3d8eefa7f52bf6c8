using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sso.Data.Clients;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Interop.Tests;

/// <summary>
/// From a database in which there is nobody and nothing of the kind to somebody who is signed in to the sample client area, by each of the
/// four ways of registering it: the real server, the real program <c>sso</c>, the real sample. How long that took, with the start on the
/// empty database and without the pauses of a person, is in the output.
/// </summary>
[Spec("C01"), Collection(nameof(OneServer))]
public sealed class FirstApplicationTests(SsoProcess sso)
{
    private const string Name = "Area clienti";
    private const string Password = "una lunga frase segreta";
    private const string Scopes = "openid profile email";

    private readonly Uri area = new($"http://127.0.0.1:{FreePorts.Take()}");
    private readonly Stopwatch watch = Stopwatch.StartNew();

    private string RedirectUri => new Uri(area, "/callback").ToString();

    private string SignedOut => new Uri(area, "/signedout").ToString();

    [Fact]
    public async Task The_console_leads_there_by_the_link_that_the_server_prints()
    {
        var link = JsonElement.Parse(await sso.RunAsync("", "admin", "link", "--json")).GetProperty("link").GetString()!;
        var owner = new PersonOnPages(sso, "ada", Password);
        var page = await owner.Browser.SubmitAsync(
            await owner.Browser.GetAsync(link),
            ("Input.Email", "ada@example.com"), ("Input.UserName", "ada"), ("Input.Password", Password));
        Assert.Equal("/console", (await owner.GoOnAsync(page)).Path);
        page = await owner.Browser.SubmitAsync(
            await owner.Browser.GetAsync("/console/applications/add"), form: "add",
            ("Input.Name", Name), ("Input.Type", "Web"), ("Input.Address", area.ToString()),
            ("Input.RedirectUris", RedirectUri), ("Input.PostLogoutRedirectUris", SignedOut));
        Assert.Equal("/console/applications/added?id=area-clienti", page.Url.PathAndQuery);

        await SignInAsync("area-clienti", owner, page.Document.GetElementById("secret")!.TextContent);
    }

    [Fact]
    public async Task Two_commands_lead_there()
    {
        var added = await sso.AddClientAsync(
            "by-command", "--name", Name, "--type", "web", "--redirect-uri", RedirectUri, "--post-logout-redirect-uri", SignedOut);
        await sso.AddPersonAsync("bice", Password);

        await SignInAsync("by-command", new PersonOnPages(sso, "bice", Password), added.GetProperty("client_secret").GetString()!);
    }

    [Fact]
    public async Task A_file_leads_there()
    {
        var file = sso.Write(
            "sso.yaml",
            $"""
            clients:
              by-file:
                name: {Name}
                type: web
                redirect-uri: {RedirectUri}
                post-logout-redirect-uri: {SignedOut}
            """);
        var outcome = JsonElement.Parse(await sso.RunAsync("", "apply", file, "--json"));
        await sso.AddPersonAsync("carla", Password);

        await SignInAsync(
            "by-file", new PersonOnPages(sso, "carla", Password),
            Assert.Single(outcome.GetProperty("changes").EnumerateArray()).GetProperty("secret").GetString()!);
    }

    [Fact]
    public async Task A_program_leads_there_by_the_admin_API()
    {
        var key = new ClientKey("ES256");
        await sso.AddClientAsync(
            "setup", "--name", "Setup", "--type", "machine", "--auth", "private_key_jwt",
            "--jwks", sso.Write("setup.jwks", ClientKey.SetOf(key)), "--scope", "sso.apps.write", "--scope", "sso.people.write");
        var machine = new RelyingParty(
            new Provider(sso.Issuer, TimeProvider.System, () => new HttpClient { BaseAddress = new Uri(sso.Issuer) }),
            new ClientRegistration(new Client { Id = "setup", Name = "Setup", Type = ClientType.Machine }, TimeProvider.System.GetUtcNow())
            {
                AuthenticationMethod = ClientAuthenticationMethod.PrivateKeyJwt,
            },
            secret: null).With(key);
        var token = (await SsoProcess.UntilKnownAsync(
            () => machine.TokenAsync(("grant_type", "client_credentials")), answer => answer.AccessToken is not null)).AccessToken!;
        var added = await PostAsync(token, "applications", new()
        {
            ["client_id"] = "by-program",
            ["name"] = Name,
            ["type"] = "web",
            ["redirect_uris"] = new JsonArray(RedirectUri),
            ["post_logout_redirect_uris"] = new JsonArray(SignedOut),
        });
        await PostAsync(token, "people", new()
        {
            ["user_name"] = "diana",
            ["email"] = "diana@example.com",
            ["password"] = Password,
        });

        await SignInAsync("by-program", new PersonOnPages(sso, "diana", Password), added.GetProperty("client_secret").GetString()!);
    }

    private async Task<JsonElement> PostAsync(string token, string path, JsonObject body)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await http.PostAsJsonAsync(
            new Uri($"{sso.Issuer}/api/admin/v1/{path}"), body, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonElement.Parse(text);
    }

    /// <summary>The sample with the values of the registration, and somebody who presses its button.</summary>
    private async Task SignInAsync(string clientId, PersonOnPages person, string secret)
    {
        var registered = sso.StartTook + watch.Elapsed;
        using var sample = await ClientAreaProcess.StartAsync(area.ToString(), new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = area.ToString(),
            ["ClientArea__Authority"] = sso.Issuer,
            ["ClientArea__ClientId"] = clientId,
            ["ClientArea__ClientSecret"] = secret,
            ["ClientArea__PublicUrl"] = area.ToString(),
            ["ClientArea__Scopes"] = Scopes,
        });
        var browser = PersonOnPages.BrowserAt(area);
        var page = await person.GoOnAsync(await SsoProcess.AskAsync(person.Browser, (await browser.GetAsync("/signin")).Url));
        Assert.StartsWith(RedirectUri, page.Url.ToString(), StringComparison.Ordinal);
        page = await browser.GetAsync(page.Url.PathAndQuery);

        Assert.NotNull(page.Document.QuerySelector("[data-protected=true]"));
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"registered after {registered.TotalSeconds:0.0} s, signed in after {(sso.StartTook + watch.Elapsed).TotalSeconds:0.0} s");
    }
}
