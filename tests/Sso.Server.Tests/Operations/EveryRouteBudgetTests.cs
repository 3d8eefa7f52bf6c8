using System.Net;
using System.Text;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Server.Tests.Operations;

/// <summary>The same budget for what browsers and providers call, and that no route for programs is without one.</summary>
public sealed class EveryRouteBudgetTests : IAsyncLifetime
{
    /// <summary>Each route that is no page for people, and the first words of its rows in docs/costs.md.</summary>
    private static readonly Dictionary<string, string> Rows = new()
    {
        ["/.well-known/oauth-authorization-server"] = "discovery",
        ["/.well-known/openid-configuration"] = "discovery",
        ["/.well-known/jwks"] = "key set",
        ["/.well-known/security.txt"] = "security.txt",
        ["/.well-known/webfinger"] = "WebFinger",
        ["/api/admin/v1/applications"] = "API: applications listed",
        ["/api/admin/v1/applications/{id}"] = "API: application read",
        ["/api/admin/v1/applications/{id}/disable"] = "API: application disabled",
        ["/api/admin/v1/applications/{id}/enable"] = "API: application disabled",
        ["/api/admin/v1/applications/{id}/secrets"] = "API: application changed",
        ["/api/admin/v1/applications/{id}/secrets/{which}"] = "API: application changed",
        ["/api/admin/v1/audit/events"] = "API: events read",
        ["/api/admin/v1/openapi.json"] = "API: its description",
        ["/api/admin/v1/people"] = "API: people found",
        ["/api/admin/v1/people/import"] = "API: person added",
        ["/api/admin/v1/people/{sub}"] = "API: person read",
        ["/api/admin/v1/people/{sub}/disable"] = "API: person disabled",
        ["/api/admin/v1/people/{sub}/enable"] = "API: person disabled",
        ["/api/admin/v1/people/{sub}/sign-out"] = "API: person disabled",
        ["/api/admin/v1/resources"] = "API: resources listed",
        ["/api/admin/v1/resources/{id}"] = "API: resource changed",
        ["/api/admin/v1/webhooks"] = "API: webhooks listed",
        ["/api/admin/v1/webhooks/{id}"] = "API: webhook read",
        ["/api/admin/v1/webhooks/{id}/deliveries"] = "API: webhook deliveries listed",
        ["/api/admin/v1/webhooks/{id}/deliveries/{deliveryId}/replay"] = "API: webhook delivery replayed",
        ["/api/admin/v1/webhooks/{id}/disable"] = "API: webhook disabled",
        ["/api/admin/v1/webhooks/{id}/enable"] = "API: webhook disabled",
        ["/api/admin/v1/webhooks/{id}/replay"] = "API: webhook replayed",
        ["/api/admin/v1/webhooks/{id}/secret"] = "API: webhook secret rotated",
        ["/api/admin/v1/webhooks/{id}/test"] = "API: webhook tested",
        ["/brand/{id}.{hash}.{format}"] = "brand file",
        ["/connect/authorize"] = "authorize with a session",
        ["/connect/checksession"] = "session frame",
        ["/connect/ciba"] = "backchannel authentication request",
        ["/connect/device"] = "device authorization request",
        ["/connect/introspect"] = "introspection of",
        ["/connect/logout"] = "sign-out by the application",
        ["/connect/par"] = "pushed authorization request",
        ["/connect/register"] = "registration",
        ["/connect/register/{clientId}"] = "registration, changed",
        ["/connect/revoke"] = "revocation",
        ["/connect/token"] = "token: code",
        ["/connect/userinfo"] = "userinfo",
        ["/delivery/receipts/{route}"] = "receipt of a text",
        ["/health/live"] = "probe of life",
        ["/health/ready"] = "probe of readiness",
        ["/scim/v2/ResourceTypes"] = "SCIM: what is supported",
        ["/scim/v2/ResourceTypes/{name}"] = "SCIM: what is supported",
        ["/scim/v2/Schemas"] = "SCIM: what is supported",
        ["/scim/v2/Schemas/{name}"] = "SCIM: what is supported",
        ["/scim/v2/ServiceProviderConfig"] = "SCIM: what is supported",
        ["/scim/v2/Users"] = "SCIM: people found",
        ["/scim/v2/Users/{id}"] = "SCIM: person deactivated",
    };

    /// <summary>Steps of people's own way through a flow, whose statements depend on what the pages between them asked.</summary>
    private static readonly string[] OfPeople = ["/", "/.well-known/change-password", "/connect/authorize/continue", "/language", "/login"];

    private readonly SsoServer _server = new();
    private string _application = "";

    public async ValueTask InitializeAsync()
    {
        await using var fake = await VonageFake.StartAsync(_server.Clock);
        _application = fake.ApplicationId;
        foreach (var setting in (string[])
        [
            "Sso:SessionManagement=true", "Sso:SecurityContacts:0=mailto:security@sso.test",
            "Delivery:Routes:1=vonage-messages", "Delivery:From:default=AcmeCloud",
            $"Vonage:ApplicationId={fake.ApplicationId}", $"Vonage:PrivateKey={fake.PrivateKey}",
            $"Vonage:SignatureSecrets:0={VonageSmsFake.SignatureSecret}",
        ])
        {
            _server.Settings.Add("--" + setting);
        }

        await _server.InitializeAsync();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public void Every_route_for_programs_has_a_row()
    {
        var routes = _server.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<PageActionDescriptor>() is null)
            .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/'))
            .Where(route => !route.StartsWith("/css/", StringComparison.Ordinal) && !route.StartsWith("/js/", StringComparison.Ordinal)
                && !route.StartsWith("/img/", StringComparison.Ordinal) && route != "/{**path:file}")
            .Distinct().Except(OfPeople).Order(StringComparer.Ordinal);
        Assert.Equal(Rows.Keys.Order(StringComparer.Ordinal), routes);
        var documented = RequestCosts.Documented().Keys;
        Assert.All(Rows.Values, words => Assert.Contains(documented, row => row.StartsWith(words, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_frame_security_txt_and_the_files_of_a_brand_cost_nothing()
    {
        using var client = _server.Backchannel();
        await CostsAsync("session frame", 0, 0, 0, async () => (await client.GetAsync("/connect/checksession")).EnsureSuccessStatusCode());
        await CostsAsync("security.txt", 0, 0, 0, () => client.GetAsync("/.well-known/security.txt"));
        await CostsAsync("brand file", 0, 0, 0, () => client.GetAsync("/brand/none.0.css"));
    }

    [Fact]
    public async Task A_receipt_counts_once_and_is_written_to_its_text()
    {
        var body = SignedReceipts.Status(await TakenTexts.AddAsync(_server, "vonage-messages"), "delivered");
        var now = _server.Clock.GetUtcNow().ToUnixTimeSeconds();
        var token = SignedReceipts.Token(body, VonageSmsFake.SignatureSecret, _application, now, "call");
        using var client = _server.Backchannel();
        await CostsAsync("receipt of a text", 1, 2, 0, async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/delivery/receipts/vonage-messages")
            {
                Content = new StringContent(body, Encoding.UTF8, "application/json"),
            };
            request.Headers.TryAddWithoutValidation("Authorization", token);
            using var answer = await client.SendAsync(request);
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
            return answer.StatusCode;
        });
    }

    private Task CostsAsync<T>(string name, int reads, int writes, int signatures, Func<Task<T>> request) =>
        RequestCosts.MeasureAsync(_server, name, (reads, writes, signatures), request);
}
