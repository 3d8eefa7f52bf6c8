using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Admin.Clients;
using Sso.Data.Clients;
using Sso.Data.Operations;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Server.Api;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.AdminApi;

/// <summary>Who gets into the API and who does not: each route of it, found by itself.</summary>
[Spec("S113")]
[OneDatabase]
public sealed class ApiGateTests(SsoServer server) : IClassFixture<SsoServer>
{
    private const string People = "/api/admin/v1/people";

    private List<(string Method, string Path, string Scope)> Routes =>
    [
        .. server.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => (
                Path: "/" + endpoint.RoutePattern.RawText!.TrimStart('/'), Operation: endpoint.Metadata.GetMetadata<ApiOperation>(),
                endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods))
            .Where(route => route.Operation is not null)
            .Select(route => (route.HttpMethods![0], Concrete(route.Path), route.Operation!.Scope)),
    ];

    [Fact]
    public void Nothing_below_the_two_addresses_is_open_but_the_description()
    {
        var open = server.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<ApiOperation>() is null)
            .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/'))
            .Where(path => path.StartsWith("/api", StringComparison.Ordinal) || path.StartsWith("/scim", StringComparison.Ordinal));
        Assert.Equal(["/api/admin/v1/openapi.json"], open);
        Assert.True(Routes.Count > 20);
    }

    [Fact]
    [Spec("RFC 6750", "3.1")]
    public async Task Without_a_token_every_route_says_how_to_bring_one_and_names_no_error()
    {
        foreach (var (method, path, _) in Routes)
        {
            using var request = new HttpRequestMessage(new(method), path);
            var answer = await ApiMachine.SendAsync(server, request);
            Assert.Equal((method, path, HttpStatusCode.Unauthorized), (method, path, answer.Status));
            Assert.StartsWith("Bearer, DPoP algs=", answer.Challenge, StringComparison.Ordinal);
            Assert.DoesNotContain("error", answer.Challenge, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Spec("RFC 6750", "3.1")]
    [Spec("S114")]
    public async Task With_every_scope_but_its_own_a_route_answers_403_and_names_the_scope()
    {
        foreach (var scope in ApiScopes.All)
        {
            var machine = await ApiMachine.OpenAsync(server, [.. ApiScopes.All.Where(other => other != scope)]);
            foreach (var (method, path, _) in Routes.Where(route => route.Scope == scope))
            {
                var answer = await machine.SendAsync(method, path);
                Assert.Equal((method, path, HttpStatusCode.Forbidden), (method, path, answer.Status));
                Assert.Contains("error=\"insufficient_scope\"", answer.Challenge, StringComparison.Ordinal);
                Assert.Contains($"scope=\"{scope}\"", answer.Challenge, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task With_its_scope_no_route_answers_that_it_is_not_for_the_caller()
    {
        var machine = await ApiMachine.OpenAsync(server, [.. ApiScopes.All]);
        foreach (var (method, path, _) in Routes)
        {
            var answer = await machine.SendAsync(method, path);
            Assert.True(answer.Status is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden), $"{method} {path} {answer.Text}");
            Assert.True((int)answer.Status < 500, $"{method} {path} {answer.Text}");
        }
    }

    [Fact]
    [Spec("S116")]
    public async Task A_client_with_a_secret_is_neither_registered_for_the_api_nor_given_a_token()
    {
        foreach (var method in (ClientAuthenticationMethod[])
            [
                ClientAuthenticationMethod.ClientSecretBasic, ClientAuthenticationMethod.ClientSecretPost,
                ClientAuthenticationMethod.ClientSecretJwt,
            ])
        {
            await using var scope = server.App.Services.CreateAsyncScope();
            var outcome = await scope.ServiceProvider.GetRequiredService<AddClient>().ExecuteAsync(
                new Client
                {
                    Id = "billing",
                    Name = "Billing",
                    Type = ClientType.Machine,
                    AuthenticationMethod = method,
                    Scopes = [ApiScopes.ReadPeople],
                },
                TestContext.Current.CancellationToken);
            Assert.True(outcome.Failed(out var refusal, out _));
            Assert.Equal("scopes", Assert.Single(refusal.Problems).Field);
        }

        // However it came into the row.
        var secret = await server.RegisterAsync("secret", client =>
        {
            client.GrantTypes = [GrantTypes.ClientCredentials];
            client.Scopes = [.. ApiScopes.All];
        });
        foreach (var asked in ApiScopes.All)
        {
            var answer = await secret.TokenAsync(("grant_type", "client_credentials"), ("scope", asked));
            Assert.Equal("invalid_scope", answer.Error);
        }

        var all = await secret.TokenAsync(("grant_type", "client_credentials"));
        foreach (var (method, path, _) in Routes)
        {
            using var request = new HttpRequestMessage(new(method), path);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", all.AccessToken);
            Assert.Equal((path, HttpStatusCode.Unauthorized), (path, (await ApiMachine.SendAsync(server, request)).Status));
        }
    }

    [Fact]
    [Spec("S116")]
    public async Task No_token_of_a_person_opens_the_api()
    {
        var shop = await server.RegisterAsync("shop", new ClientKey("ES256"), client =>
            client.Scopes = [.. client.Scopes, .. ApiScopes.All]);
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var refused = await server.OpenBrowser().GetAsync(shop.AuthorizeUrl(("scope", "openid sso.people.read")));
        Assert.Equal("invalid_scope", refused.Error);

        var tokens = await shop.RedeemAsync((await shop.SignInAsync(server.OpenBrowser(), ada)).Code);
        using var request = new HttpRequestMessage(HttpMethod.Get, People);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens.AccessToken);
        var answer = await ApiMachine.SendAsync(server, request);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.Contains("error=\"invalid_token\"", answer.Challenge, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("RFC 8707", "2.2")]
    public async Task A_token_is_for_the_api_alone()
    {
        await server.AddResourceAsync("https://api.example/orders", null, "orders.read");
        var client = await ApiMachine.RegisterAsync(server, [ApiScopes.ReadPeople, "orders.read"]);

        var both = await ApiMachine.WithTokenAsync(server, client);
        var one = await ApiMachine.WithTokenAsync(server, client, ("resource", SsoServer.Issuer + "/api"));

        Assert.Equal(HttpStatusCode.Unauthorized, (await both.GetAsync(People)).Status);
        Assert.Equal(HttpStatusCode.OK, (await one.GetAsync(People)).Status);
    }

    [Fact]
    [Spec("A50")]
    [Spec("A24")]
    public async Task A_client_that_is_disabled_or_loses_a_scope_is_stopped_at_once_on_every_node()
    {
        await using var second = await server.StartSecondNodeAsync();
        var off = await ApiMachine.OpenAsync(server, ApiScopes.ReadPeople);
        var narrowed = await ApiMachine.OpenAsync(server, ApiScopes.ReadPeople);
        Assert.Equal(HttpStatusCode.OK, (await off.GetAsync(People)).Status);
        await using (var database = server.OpenDatabase())
        {
            await database.Clients.Where(client => client.Id == off.Client.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(client => client.DisabledAt, server.Clock.GetUtcNow()));
            (await database.Clients.SingleAsync(client => client.Id == narrowed.Client.Id)).Scopes = [ApiScopes.ReadApps];
            await database.SaveChangesAsync();
        }

        // Nothing was polled: the row itself decides.
        foreach (var node in (SsoServer[])[server, second])
        {
            using var first = Bearing(off.Token);
            Assert.Equal(HttpStatusCode.Unauthorized, (await ApiMachine.SendAsync(node, first)).Status);
            using var other = Bearing(narrowed.Token);
            Assert.Equal(HttpStatusCode.Forbidden, (await ApiMachine.SendAsync(node, other)).Status);
        }
    }

    [Fact]
    [Spec("A50")]
    [Spec("A24")]
    public async Task A_token_from_before_a_client_was_disabled_stays_dead_when_it_is_enabled_again()
    {
        await server.AddResourceAsync("https://api.example/bills", null, "bills.read");
        var stolen = await ApiMachine.OpenAsync(server, ApiScopes.ReadPeople, "bills.read");
        var (client, forBoth) = (stolen.Client, stolen.Token);
        stolen = await ApiMachine.WithTokenAsync(server, client, ("resource", SsoServer.Issuer + "/api"));
        Assert.Equal(HttpStatusCode.OK, (await stolen.GetAsync(People)).Status);

        await SwitchAsync(client.Id, isOn: false);
        await server.PassAsync(TimeSpan.FromSeconds(2));
        await SwitchAsync(client.Id, isOn: true);
        await server.ReloadAsync();

        var answer = await stolen.GetAsync(People);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.Contains("error=\"invalid_token\"", answer.Challenge, StringComparison.Ordinal);
        Assert.False((await client.IntrospectAsync(forBoth)).Body.GetProperty("active").GetBoolean());

        var fresh = await ApiMachine.WithTokenAsync(server, client, ("resource", SsoServer.Issuer + "/api"));
        Assert.Equal(HttpStatusCode.OK, (await fresh.GetAsync(People)).Status);
        Assert.True((await client.IntrospectAsync(fresh.Token)).Body.GetProperty("active").GetBoolean());
    }

    [Fact]
    [Spec("A50")]
    public async Task Compromised_secrets_end_what_a_machine_got_for_itself()
    {
        var api = await server.RegisterAsync("ledger");
        await server.AddResourceAsync("https://api.example/ledger", api.Id, "ledger.read");
        var machine = await server.RegisterAsync("machine", client =>
            (client.GrantTypes, client.Scopes) = ([GrantTypes.ClientCredentials], ["ledger.read"]));
        var token = (await machine.TokenAsync(("grant_type", "client_credentials"))).AccessToken;
        Assert.True((await api.IntrospectAsync(token)).Body.GetProperty("active").GetBoolean());

        await using (var scope = server.App.Services.CreateAsyncScope())
        {
            var outcome = await scope.ServiceProvider.GetRequiredService<RotateSecret>()
                .ReplaceAsync(machine.Id, seen: null, TestContext.Current.CancellationToken);
            Assert.False(outcome.Failed(out _, out _));
        }

        await server.ReloadAsync();
        Assert.False((await api.IntrospectAsync(token)).Body.GetProperty("active").GetBoolean());
    }

    [Fact]
    [Spec("A50")]
    public async Task A_token_of_a_removed_client_is_not_that_of_another_with_its_id()
    {
        var former = await ApiMachine.OpenAsync(server, ApiScopes.ReadPeople);
        await server.PassAsync(TimeSpan.FromSeconds(2));
        await using (var database = server.OpenDatabase())
        {
            var row = await database.Clients.AsNoTracking().SingleAsync(client => client.Id == former.Client.Id);
            await database.Clients.Where(client => client.Id == row.Id).ExecuteDeleteAsync();
            database.Clients.Add(new ClientRegistration(row, server.Clock.GetUtcNow()));
            await database.SaveChangesAsync();
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await former.GetAsync(People)).Status);
        var later = await ApiMachine.WithTokenAsync(server, former.Client);
        Assert.Equal(HttpStatusCode.OK, (await later.GetAsync(People)).Status);
    }

    [Fact]
    [Spec("RFC 6750", "3")]
    public async Task Two_tokens_are_refused_with_a_challenge_as_one_wrong_one_is()
    {
        var machine = await ApiMachine.OpenAsync(server, ApiScopes.ReadPeople);
        var answer = await machine.SendAsync("GET", People, change: request =>
        {
            request.Headers.Authorization = null;
            request.Headers.TryAddWithoutValidation("Authorization", [$"Bearer {machine.Token}", $"Bearer {machine.Token}"]);
        });
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.StartsWith("Bearer error=\"invalid_request\"", answer.Challenge, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("S105")]
    [Spec("A47")]
    [Spec("RFC 9449", "7.1")]
    public async Task A_token_that_is_bound_to_a_key_is_worth_nothing_without_it()
    {
        var client = await ApiMachine.RegisterAsync(server, [ApiScopes.ReadPeople], registration => registration.DpopBound = true);
        client = client.With(client.Key, proofKey: new ClientKey("ES256"));
        var machine = await ApiMachine.WithTokenAsync(server, client);

        var asBearer = await machine.GetAsync(People);
        Assert.Equal(HttpStatusCode.Unauthorized, asBearer.Status);
        Assert.Contains("invalid_token", asBearer.Challenge, StringComparison.Ordinal);
        var proof = client.Proof("GET", People, machine.Token);
        Assert.Equal(HttpStatusCode.OK, (await WithProofAsync(machine, proof)).Status);
        var again = await WithProofAsync(machine, proof);
        Assert.Contains("invalid_dpop_proof", again.Challenge, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await WithProofAsync(machine, client.Proof("POST", People, machine.Token))).Status);
        var foreign = client.Proof("GET", People, machine.Token, key: new ClientKey("ES256"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await WithProofAsync(machine, foreign)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await WithProofAsync(machine, proof: null)).Status);
    }

    [Fact]
    [Spec("S54")]
    public async Task Neither_the_cookie_of_a_session_nor_the_query_brings_a_token()
    {
        var machine = await ApiMachine.OpenAsync(server, ApiScopes.ReadPeople);
        using var query = new HttpRequestMessage(HttpMethod.Get, $"{People}?access_token={machine.Token}");
        Assert.Equal(HttpStatusCode.Unauthorized, (await ApiMachine.SendAsync(server, query)).Status);

        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        await Journey.SignInAsync(browser, ada, "/account");
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync(People)).Status);
    }

    [Fact]
    [Spec("S54")]
    public async Task A_body_that_is_not_declared_as_json_is_not_read()
    {
        var machine = await ApiMachine.OpenAsync(server, ApiScopes.WritePeople);
        var answer = await machine.SendAsync("POST", People, change: request =>
            request.Content = new StringContent("{}", Encoding.UTF8, "text/plain"));
        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "application/problem+json"), (answer.Status, answer.Type));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"user_name":"a","user_name":"b"}""")]
    [InlineData("""{"user_name":"a\u0000b"}""")]
    [InlineData("""{"user_name":"\ud800"}""")]
    [Spec("RFC 9457", "3")]
    public async Task A_body_that_is_no_sound_object_is_a_problem(string body)
    {
        var machine = await ApiMachine.OpenAsync(server, ApiScopes.WritePeople);
        var answer = await machine.SendAsync("POST", People, change: request =>
            request.Content = new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (answer.Status, answer.Type));
        Assert.Equal(400, answer.Json["status"]!.GetValue<int>());
    }

    [Fact]
    [Spec("RFC 9457", "3")]
    public async Task What_the_pipeline_refuses_is_a_problem_as_well()
    {
        var machine = await ApiMachine.OpenAsync(server, ApiScopes.WritePeople);
        var nowhere = await machine.GetAsync("/api/admin/v1/nowhere");
        Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (nowhere.Status, nowhere.Type));
        var method = await machine.SendAsync("PUT", People);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "application/problem+json"), (method.Status, method.Type));
        var large = await machine.SendAsync("POST", People, change: request =>
            request.Content = new StringContent(new string(' ', 70_000), Encoding.UTF8, "application/json"));
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "application/problem+json"), (large.Status, large.Type));
    }

    [Fact]
    public async Task A_refused_scope_is_recorded_with_the_client()
    {
        var machine = await ApiMachine.OpenAsync(server, ApiScopes.ReadPeople);
        await machine.GetAsync("/api/admin/v1/audit/events");
        await using var database = server.OpenDatabase();
        Assert.True(await database.SecurityEvents.AnyAsync(
            item => item.Kind == SecurityEventKind.ClientRefused && item.ClientId == machine.Client.Id
                && item.Reason == "lacks sso.audit.read"));
    }

    private async Task SwitchAsync(string clientId, bool isOn)
    {
        await using var scope = server.App.Services.CreateAsyncScope();
        var turn = scope.ServiceProvider.GetRequiredService<SwitchClient>();
        var outcome = isOn
            ? await turn.EnableAsync(clientId, TestContext.Current.CancellationToken)
            : await turn.DisableAsync(clientId, TestContext.Current.CancellationToken);
        Assert.False(outcome.Failed(out _, out _));
    }

    private static HttpRequestMessage Bearing(string token)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, People);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return request;
    }

    private static Task<ApiReply> WithProofAsync(ApiMachine machine, string? proof) => machine.SendAsync("GET", People, change: request =>
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("DPoP", machine.Token);
        if (proof is not null)
        {
            request.Headers.Add("DPoP", proof);
        }
    });

    private static string Concrete(string path) => path
        .Replace("{sub}", "0123456789abcdef0123456789abcdef", StringComparison.Ordinal)
        .Replace("{id}", "none", StringComparison.Ordinal).Replace("{which}", "older", StringComparison.Ordinal)
        .Replace("{name}", "none", StringComparison.Ordinal);
}
