using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Http;

/// <summary>
/// Every route of the running server, asked by every method: over a real connection, because the test server sends bodies to HEAD.
/// </summary>
[Spec("RFC 9110", "15.5.6")]
[OneDatabase]
public sealed partial class RouteMethodsTests(RouteMethodsTests.Node node) : IClassFixture<RouteMethodsTests.Node>
{
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "PAGE"];

    /// <summary>Some of each kind by name, so that the walk does not only repeat what the server says of itself.</summary>
    public static TheoryData<string, string> Expected => new()
    {
        { "/.well-known/openid-configuration", "GET, HEAD" },
        { "/.well-known/oauth-authorization-server", "GET, HEAD" },
        { "/.well-known/jwks", "GET, HEAD" },
        { "/.well-known/webfinger", "GET, HEAD" },
        { "/.well-known/security.txt", "GET, HEAD" },
        { "/.well-known/change-password", "GET, HEAD" },
        { "/health/live", "GET, HEAD" },
        { "/health/ready", "GET, HEAD" },
        { "/connect/authorize", "GET, HEAD, POST" },
        { "/connect/authorize/continue", "GET, HEAD" },
        { "/connect/logout", "GET, HEAD, POST" },
        { "/connect/userinfo", "GET, HEAD, POST" },
        { "/connect/checksession", "GET, HEAD" },
        { "/connect/token", "POST" },
        { "/connect/par", "POST" },
        { "/connect/device", "POST" },
        { "/connect/ciba", "POST" },
        { "/connect/introspect", "POST" },
        { "/connect/revoke", "POST" },
        { "/connect/register", "POST" },
        { "/connect/register/some.client", "DELETE, GET, HEAD, PUT" },
        { "/api/admin/v1/applications", "GET, HEAD, POST" },
        { "/api/admin/v1/applications/shop", "DELETE, GET, HEAD, PATCH, PUT" },
        { "/api/admin/v1/applications/shop/disable", "POST" },
        { "/api/admin/v1/people/x", "DELETE, GET, HEAD, PATCH" },
        { "/api/admin/v1/audit/events", "GET, HEAD" },
        { "/api/admin/v1/resources", "GET, HEAD, POST" },
        { "/api/admin/v1/resources/x", "DELETE, GET, HEAD, PUT" },
        { "/api/admin/v1/webhooks", "GET, HEAD, POST" },
        { "/api/admin/v1/webhooks/x", "DELETE, GET, HEAD, PATCH" },
        { "/api/admin/v1/webhooks/x/secret", "POST" },
        { "/api/admin/v1/webhooks/x/deliveries", "GET, HEAD" },
        { "/scim/v2/Users", "GET, HEAD, POST" },
        { "/scim/v2/Users/x", "DELETE, GET, HEAD, PATCH, PUT" },
        { "/scim/v2/Schemas", "GET, HEAD" },
        { "/delivery/receipts/vonage-sms", "GET, HEAD, POST" },
        { "/brand/nuvola.0.css", "GET, HEAD" },
        { "/css/site.css", "GET, HEAD" },
        { "/signin", "GET, HEAD, POST" },
        { "/signedout", "GET, HEAD" },
        { "/password/done", "GET, HEAD" },
        { "/language", "POST" },
        { "/login", "GET, HEAD" },
        { "/", "GET, HEAD" },
    };

    [Theory]
    [MemberData(nameof(Expected))]
    public async Task An_address_names_the_methods_that_it_takes(string path, string methods)
    {
        using var answer = await node.AskAsync("TRACE", path);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(methods, string.Join(", ", answer.Content.Headers.Allow.Order(StringComparer.Ordinal)));
    }

    [Fact]
    [Spec("RFC 9110", "9.3.2")]
    public async Task Every_route_answers_exactly_its_methods_and_head_as_get()
    {
        foreach (var path in node.Paths)
        {
            using var traced = await node.AskAsync("TRACE", path);
            Assert.Equal((path, HttpStatusCode.MethodNotAllowed), (path, traced.StatusCode));
            var allowed = traced.Content.Headers.Allow;
            Assert.True(allowed.Count > 0 && allowed.Contains("GET") == allowed.Contains("HEAD"), path);
            var answers = new Dictionary<string, (HttpStatusCode Status, string? Type, int Length)>();
            foreach (var method in Methods)
            {
                using var answer = await node.AskAsync(method, path);
                var isRefused = answer.StatusCode == HttpStatusCode.MethodNotAllowed;
                Assert.Equal((path, method, !allowed.Contains(method)), (path, method, isRefused));
                Assert.True(!isRefused || answer.Content.Headers.Allow.SequenceEqual(allowed), $"{method} {path}");
                answers[method] = (
                    answer.StatusCode, answer.Content.Headers.ContentType?.ToString(),
                    (await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length);
            }

            Assert.Equal((path, answers["GET"].Status, answers["GET"].Type), (path, answers["HEAD"].Status, answers["HEAD"].Type));
            Assert.Equal((path, 0), (path, answers["HEAD"].Length));
        }
    }

    [Theory]
    [InlineData("/nowhere")]
    [InlineData("/nowhere/else")]
    [InlineData("/connect/nowhere")]
    public async Task An_address_that_is_none_is_not_found_by_any_method(string path)
    {
        foreach (var method in Methods)
        {
            using var answer = await node.AskAsync(method, path);
            Assert.Equal((method, HttpStatusCode.NotFound), (method, answer.StatusCode));
        }
    }

    [Fact]
    [Spec("RFC 6749", "3.2")]
    public async Task An_application_that_uses_another_method_reads_why()
    {
        using var answer = await node.AskAsync("GET", "/connect/token");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("\"error\":\"invalid_request\"", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_address_of_the_older_system_answers_head_as_get()
    {
        const string Path = "/signin?client_id=nobody&redirect_uri=https://nobody.example";
        using var got = await node.AskAsync("GET", Path);
        using var headed = await node.AskAsync("HEAD", Path);

        Assert.Equal((HttpStatusCode.SeeOther, Place(got)), (headed.StatusCode, Place(headed)));

        // Without the code of the request, which is never the same.
        static string Place(HttpResponseMessage answer) => answer.Headers.Location!.OriginalString.Split("&request=")[0];
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();

    public sealed class Node : IAsyncLifetime
    {
        private readonly SsoServer _server = new()
        {
            Url = $"http://localhost:{FreePorts.Take()}",
            Settings = { "--Sso:SessionManagement=true", "--Registration:Enabled=true" },
        };

        private HttpClient? _client;

        /// <summary>Every one that is mapped; what may be any file is asked for below the others.</summary>
        public IEnumerable<string> Paths => _server.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => "/" + Parameter().Replace(endpoint.RoutePattern.RawText!.TrimStart('/'), "x"))
            .Where(path => path != "/x").Distinct();

        public async ValueTask InitializeAsync()
        {
            await _server.InitializeAsync();
            var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
            _client = new HttpClient(handler) { BaseAddress = new(_server.Url!) };
        }

        public ValueTask DisposeAsync()
        {
            _client!.Dispose();
            return _server.DisposeAsync();
        }

        public async Task<HttpResponseMessage> AskAsync(string method, string path)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            return await _client!.SendAsync(request, TestContext.Current.CancellationToken);
        }
    }
}
