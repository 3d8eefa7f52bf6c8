using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sso.Server.AdminApi;
using Sso.Server.Api;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.AdminApi;

/// <summary>What is written about the API is what it is.</summary>
[OneDatabase]
public sealed partial class ApiDescriptionTests(SsoServer server) : IClassFixture<SsoServer>
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n",
    };

    private static string Docs(string file) => Path.Combine(Repository.Root, "docs", file);

    /// <summary>Run with SSO_WRITE_DOCS=1 to write it.</summary>
    [Fact]
    public async Task The_committed_description_is_the_one_that_is_served()
    {
        using var http = server.Backchannel();
        var served = JsonNode.Parse(await http.GetStringAsync(ApiDescription.Path, TestContext.Current.CancellationToken))!;
        var text = served.ToJsonString(Readable).Replace(SsoServer.Issuer, "https://login.example.com", StringComparison.Ordinal) + "\n";
        if (Environment.GetEnvironmentVariable("SSO_WRITE_DOCS") == "1")
        {
            await File.WriteAllTextAsync(Docs("admin-api.json"), text, TestContext.Current.CancellationToken);
        }

        Assert.Equal(await File.ReadAllTextAsync(Docs("admin-api.json"), TestContext.Current.CancellationToken), text);
    }

    /// <summary>Run with SSO_WRITE_DOCS=1 to write it.</summary>
    [Fact]
    [Spec("S113")]
    public async Task The_page_names_each_route_with_its_scope()
    {
        var rows = server.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => (
                Path: "/" + endpoint.RoutePattern.RawText!.TrimStart('/'), Operation: endpoint.Metadata.GetMetadata<ApiOperation>(),
                Method: endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods[0]))
            .Where(route => route.Operation is not null)
            .OrderBy(route => route.Path, StringComparer.Ordinal).ThenBy(route => route.Method, StringComparer.Ordinal)
            .Select(route => $"| `{route.Method} {route.Path}` | `{route.Operation!.Scope}` | {route.Operation.Summary} |").ToList();
        var page = await File.ReadAllTextAsync(Docs("admin-api.md"), TestContext.Current.CancellationToken);
        if (Environment.GetEnvironmentVariable("SSO_WRITE_DOCS") == "1")
        {
            var first = Row().Match(page);
            var kept = Row().Replace(page, "");
            page = kept.Insert(first.Success ? first.Index : kept.Length, string.Concat(rows.Select(row => row + "\n")));
            await File.WriteAllTextAsync(Docs("admin-api.md"), page, TestContext.Current.CancellationToken);
        }

        Assert.Equal(rows, Row().Matches(page).Select(row => row.Value.TrimEnd('\n')));
    }

    [Fact]
    public async Task The_description_needs_no_token_and_names_the_scope_of_each_operation()
    {
        using var http = server.Backchannel();
        var served = JsonNode.Parse(await http.GetStringAsync(ApiDescription.Path, TestContext.Current.CancellationToken))!;
        Assert.Equal("3.1.0", served["openapi"]!.GetValue<string>());
        var add = served["paths"]!["/api/admin/v1/applications"]!["post"]!;
        Assert.Equal("sso.apps.write", add["security"]![0]!["token"]![0]!.GetValue<string>());
        Assert.Equal(
            "#/components/schemas/NewApplication",
            add["requestBody"]!["content"]!["application/json"]!["schema"]!["$ref"]!.GetValue<string>());
        var fields = served["components"]!["schemas"]!["NewApplication"]!["properties"]!.AsObject();
        Assert.True(fields.ContainsKey("client_id") && fields.ContainsKey("redirect_uris") && !fields.ContainsKey("secret_hash"));
    }

    [Fact]
    public async Task Every_route_is_described_and_every_body_has_a_named_schema_that_is_there()
    {
        using var http = server.Backchannel();
        var served = JsonNode.Parse(await http.GetStringAsync(ApiDescription.Path, TestContext.Current.CancellationToken))!;
        var routes = server.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<ApiOperation>() is not null)
            .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/')).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(routes, served["paths"]!.AsObject().Select(path => path.Key).Order(StringComparer.Ordinal));
        var operations = served["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject())
            .Select(operation => operation.Value!).ToList();
        var contents = operations.SelectMany(operation => operation["responses"]!.AsObject()
            .Select(answer => answer.Value!["content"]).Append(operation["requestBody"]?["content"])).OfType<JsonObject>();
        Assert.All(contents, content => Assert.All(
            content, type => Assert.StartsWith("#/components/schemas/", type.Value!["schema"]!["$ref"]!.GetValue<string>())));
        Assert.All(
            operations.Where(operation => operation["responses"]!.AsObject().Any(answer => answer.Key is "200" or "201" or "202")),
            operation => Assert.NotNull(operation["responses"]!.AsObject().First(answer => answer.Key != "default").Value!["content"]));
        Assert.Distinct(operations.Select(operation => operation["operationId"]!.GetValue<string>()));

        var names = served["components"]!["schemas"]!.AsObject().Select(schema => schema.Key).ToHashSet();
        var referred = Reference().Matches(served.ToJsonString()).Select(match => match.Groups[1].Value).ToHashSet();
        Assert.Equal(names.Order(StringComparer.Ordinal), referred.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_list_comes_in_pages()
    {
        using var http = server.Backchannel();
        var served = JsonNode.Parse(await http.GetStringAsync(ApiDescription.Path, TestContext.Current.CancellationToken))!;
        var lists = served["paths"]!.AsObject().Where(path => path.Value!["get"]?["responses"]!["200"]!.ToJsonString()
            .Contains("Page\"", StringComparison.Ordinal) == true).ToList();
        Assert.Equal(7, lists.Count);
        Assert.All(lists, path => Assert.Superset(
            new HashSet<string> { "cursor", "limit" },
            path.Value!["get"]!["parameters"]!.AsArray().Select(parameter => parameter!["name"]!.GetValue<string>()).ToHashSet()));
    }

    [Fact]
    public async Task What_may_be_null_and_so_left_out_is_not_required()
    {
        using var http = server.Backchannel();
        var served = JsonNode.Parse(await http.GetStringAsync(ApiDescription.Path, TestContext.Current.CancellationToken))!;
        var schemas = served["components"]!["schemas"]!;
        Assert.DoesNotContain("next", schemas["PersonPage"]!["required"]!.AsArray().Select(name => name!.GetValue<string>()));
        Assert.Equal(
            ["id", "url", "events", "created_at", "waiting", "failed"],
            schemas["Webhook"]!["required"]!.AsArray().Select(name => name!.GetValue<string>()));
    }

    [GeneratedRegex("#/components/schemas/([A-Za-z]+)")]
    private static partial Regex Reference();

    [GeneratedRegex(@"^\| `[A-Z]+ /[^\n]*\n", RegexOptions.Multiline)]
    private static partial Regex Row();
}
