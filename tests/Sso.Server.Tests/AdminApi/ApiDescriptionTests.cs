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
        var fields = add["requestBody"]!["content"]!["application/json"]!["schema"]!["properties"]!.AsObject();
        Assert.True(fields.ContainsKey("client_id") && fields.ContainsKey("redirect_uris") && !fields.ContainsKey("secret_hash"));
    }

    [GeneratedRegex(@"^\| `[A-Z]+ /[^\n]*\n", RegexOptions.Multiline)]
    private static partial Regex Row();
}
