using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data.Administrators;
using Sso.Protocol.Clients;
using Sso.Server.Api;
using Sso.Server.Tests.Administration;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.AdminApi;

/// <summary>
/// Each route of the API and of SCIM with each kind of caller. The table is compared with the routes that there are: a new one without a
/// row fails, and its row says what it answers about what is beyond the reach of programs.
/// </summary>
[Spec("S113")]
[OneDatabase]
public sealed class ApiRoutesTests(SsoServer server) : IClassFixture<SsoServer>
{
    private const string Admin = "/api/admin/v1";
    private const string Scim = "/scim/v2";
    private const string ClosesAccount =
        """{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"active","value":false}]}""";

    private const HttpStatusCode Told = HttpStatusCode.OK;
    private const HttpStatusCode Denied = HttpStatusCode.Forbidden;

    /// <param name="Method">And path: the route.</param>
    /// <param name="Scope">Without which nobody is answered.</param>
    /// <param name="Beyond">
    /// What is answered about a machine that may use the API, a resource of one, or a person with a role in the console; null where no
    /// object is named.
    /// </param>
    private sealed record Row(string Method, string Path, string Scope, HttpStatusCode? Beyond = null)
    {
        public string Body { get; init; } = "{}";
    }

    private static readonly Row[] Rows =
    [
        new("GET", Admin + "/applications", ApiScopes.ReadApps),
        new("POST", Admin + "/applications", ApiScopes.WriteApps),
        new("GET", Admin + "/applications/{id}", ApiScopes.ReadApps, Told),
        new("PATCH", Admin + "/applications/{id}", ApiScopes.WriteApps, Denied),
        new("PUT", Admin + "/applications/{id}", ApiScopes.WriteApps, Denied),
        new("DELETE", Admin + "/applications/{id}", ApiScopes.WriteApps, Denied),
        new("POST", Admin + "/applications/{id}/disable", ApiScopes.WriteApps, Denied),
        new("POST", Admin + "/applications/{id}/enable", ApiScopes.WriteApps, Denied),
        new("GET", Admin + "/applications/{id}/secrets", ApiScopes.ReadApps, Told),
        new("POST", Admin + "/applications/{id}/secrets", ApiScopes.WriteApps, Denied),
        new("DELETE", Admin + "/applications/{id}/secrets/{which}", ApiScopes.WriteApps, Denied),
        new("GET", Admin + "/resources", ApiScopes.ReadApps),
        new("POST", Admin + "/resources", ApiScopes.WriteApps, Denied)
        {
            Body = """{"resource":"urn:other","name":"None","scopes":["other.read"],"client_id":"{id}"}""",
        },
        new("GET", Admin + "/resources/{id}", ApiScopes.ReadApps, Told),
        new("PUT", Admin + "/resources/{id}", ApiScopes.WriteApps, Denied)
        {
            Body = """{"resource":"{id}","name":"None","scopes":["none.read"]}""",
        },
        new("DELETE", Admin + "/resources/{id}", ApiScopes.WriteApps, Denied),
        new("GET", Admin + "/audit/events", ApiScopes.ReadAudit),
        new("GET", Admin + "/webhooks", ApiScopes.ReadWebhooks),
        new("POST", Admin + "/webhooks", ApiScopes.WriteWebhooks),
        new("GET", Admin + "/webhooks/{id}", ApiScopes.ReadWebhooks),
        new("PATCH", Admin + "/webhooks/{id}", ApiScopes.WriteWebhooks),
        new("DELETE", Admin + "/webhooks/{id}", ApiScopes.WriteWebhooks),
        new("POST", Admin + "/webhooks/{id}/disable", ApiScopes.WriteWebhooks),
        new("POST", Admin + "/webhooks/{id}/enable", ApiScopes.WriteWebhooks),
        new("POST", Admin + "/webhooks/{id}/secret", ApiScopes.WriteWebhooks),
        new("POST", Admin + "/webhooks/{id}/test", ApiScopes.WriteWebhooks),
        new("GET", Admin + "/webhooks/{id}/deliveries", ApiScopes.ReadWebhooks),
        new("POST", Admin + "/webhooks/{id}/deliveries/{deliveryId}/replay", ApiScopes.WriteWebhooks),
        new("POST", Admin + "/webhooks/{id}/replay", ApiScopes.WriteWebhooks),
        new("GET", Admin + "/people", ApiScopes.ReadPeople),
        new("POST", Admin + "/people", ApiScopes.WritePeople),
        new("POST", Admin + "/people/import", ApiScopes.WritePeople),
        new("GET", Admin + "/people/{sub}", ApiScopes.ReadPeople, Told),
        new("PATCH", Admin + "/people/{sub}", ApiScopes.WritePeople, Denied),
        new("DELETE", Admin + "/people/{sub}", ApiScopes.WritePeople, Denied),
        new("POST", Admin + "/people/{sub}/disable", ApiScopes.WritePeople, Denied),
        new("POST", Admin + "/people/{sub}/enable", ApiScopes.WritePeople, Denied),
        new("POST", Admin + "/people/{sub}/sign-out", ApiScopes.WritePeople, Denied),
        new("GET", Scim + "/ResourceTypes", ApiScopes.ReadPeople),
        new("GET", Scim + "/ResourceTypes/{name}", ApiScopes.ReadPeople),
        new("GET", Scim + "/Schemas", ApiScopes.ReadPeople),
        new("GET", Scim + "/Schemas/{name}", ApiScopes.ReadPeople),
        new("GET", Scim + "/ServiceProviderConfig", ApiScopes.ReadPeople),
        new("GET", Scim + "/Users", ApiScopes.ReadPeople),
        new("POST", Scim + "/Users", ApiScopes.WritePeople),
        new("GET", Scim + "/Users/{id}", ApiScopes.ReadPeople, Told),
        new("DELETE", Scim + "/Users/{id}", ApiScopes.WritePeople, Denied),
        new("PATCH", Scim + "/Users/{id}", ApiScopes.WritePeople, Denied) { Body = ClosesAccount },
        new("PUT", Scim + "/Users/{id}", ApiScopes.WritePeople, Denied)
        {
            Body = """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"active":false}""",
        },
    ];

    [Fact]
    public void Every_route_has_a_row_with_its_scope()
    {
        var routes = server.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => (
                Path: "/" + endpoint.RoutePattern.RawText!.TrimStart('/'), Operation: endpoint.Metadata.GetMetadata<ApiOperation>(),
                endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods))
            .Where(route => route.Operation is not null)
            .Select(route => $"{route.HttpMethods!.Single()} {route.Path} {route.Operation!.Scope}");

        Assert.Equal(
            Rows.Select(row => $"{row.Method} {row.Path} {row.Scope}").Order(StringComparer.Ordinal), routes.Order(StringComparer.Ordinal));
    }

    [Fact]
    [Spec("S114")]
    public async Task Each_scope_opens_its_own_routes_and_no_other()
    {
        foreach (var scope in ApiScopes.All)
        {
            var machine = await ApiMachine.OpenAsync(server, scope);
            foreach (var row in Rows)
            {
                var status = await AnswerAsync(row, machine.Token, "none", "0123456789abcdef0123456789abcdef");
                var what = $"{scope}: {row.Method} {row.Path}: {(int)status}";
                Assert.True(status == HttpStatusCode.Forbidden == (row.Scope != scope), what);
                Assert.True((int)status is not 401 and < 500, what);
                var isFound = status != HttpStatusCode.NotFound;
                Assert.True(row.Scope != scope || isFound == !row.Path.Contains('{', StringComparison.Ordinal), what);
            }
        }
    }

    [Fact]
    [Spec("S116")]
    public async Task No_route_takes_a_token_of_another_audience_of_a_customer_or_none()
    {
        await server.AddResourceAsync("https://api.example/invoices", null, "invoices.read");
        var client = await ApiMachine.RegisterAsync(server, [.. ApiScopes.All, "invoices.read"]);
        var elsewhere = await ApiMachine.WithTokenAsync(server, client, ("resource", "https://api.example/invoices"));
        var both = await ApiMachine.WithTokenAsync(server, client);
        var shop = await server.RegisterAsync("shop");
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var customers = await shop.RedeemAsync((await shop.SignInAsync(server.OpenBrowser(), ada)).Code);
        Assert.NotNull(customers.AccessToken);
        Assert.NotNull(customers.Text("id_token"));

        foreach (var row in Rows)
        {
            foreach (var token in (string?[])
                [null, "", "nonsense", elsewhere.Token, both.Token, customers.AccessToken, customers.Text("id_token")])
            {
                Assert.Equal(
                    (row.Method, row.Path, HttpStatusCode.Unauthorized),
                    (row.Method, row.Path, await AnswerAsync(row, token, client.Id, ada.Subject)));
            }
        }
    }

    [Fact]
    [Spec("S114")]
    public async Task No_route_changes_what_is_beyond_the_reach_of_programs()
    {
        var machine = await ApiMachine.OpenAsync(server, [.. ApiScopes.All]);
        var other = await ApiMachine.RegisterAsync(server, [ApiScopes.ReadPeople]);
        // Called as its client, so that one id names either.
        await server.AddResourceAsync(other.Id, other.Id, "none.read");
        var owner = await server.AddAdministratorAsync(AdministratorRole.Owner);
        foreach (var row in Rows.Where(row => row.Beyond is not null))
        {
            Assert.Equal(
                (row.Method, row.Path, row.Beyond),
                (row.Method, row.Path, await AnswerAsync(row, machine.Token, other.Id, owner.Subject)));
        }
    }

    /// <param name="token">Null: no header.</param>
    private async Task<HttpStatusCode> AnswerAsync(Row row, string? token, string application, string person)
    {
        var path = row.Path.Replace("{sub}", person, StringComparison.Ordinal)
            .Replace("{id}", row.Path.StartsWith(Scim, StringComparison.Ordinal) ? person : application, StringComparison.Ordinal)
            .Replace("{which}", "older", StringComparison.Ordinal).Replace("{name}", "none", StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new(row.Method), path);
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (row.Method is not ("GET" or "DELETE"))
        {
            request.Content = new StringContent(
                row.Body.Replace("{id}", application, StringComparison.Ordinal), Encoding.UTF8, "application/json");
        }

        request.Headers.TryAddWithoutValidation("If-Match", "*");
        return (await ApiMachine.SendAsync(server, request)).Status;
    }
}
