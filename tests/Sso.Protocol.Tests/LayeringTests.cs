using System.Xml.Linq;
using Sso.Testing;
using Xunit;

namespace Sso.Protocol.Tests;

/// <summary>Which project may know which (docs/contributors.md); read from the project files themselves.</summary>
public sealed class LayeringTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Sso.Protocol"] = [],
        ["Sso.Extensions"] = ["Sso.Protocol"],
        ["Sso.Data"] = ["Sso.Protocol"],
        ["Sso.Data.Sqlite"] = ["Sso.Data"],
        ["Sso.Data.PostgreSql"] = ["Sso.Data"],
        ["Sso.Data.SqlServer"] = ["Sso.Data"],
        ["Sso.Settings"] = [],
        ["Sso.Delivery"] = ["Sso.Data", "Sso.Settings"],
        ["Sso.Accounts"] = ["Sso.Admin", "Sso.Data", "Sso.Delivery", "Sso.Protocol", "Sso.Settings"],
        ["Sso.Admin"] = ["Sso.Data", "Sso.Delivery", "Sso.Settings"],
        ["Sso.Server"] =
            [
                "Sso.Accounts", "Sso.Admin", "Sso.Data", "Sso.Data.PostgreSql", "Sso.Data.Sqlite", "Sso.Data.SqlServer", "Sso.Delivery",
                "Sso.Extensions", "Sso.Protocol", "Sso.Settings",
            ],
        ["ClientArea"] = [],
        ["Sso.Demo"] = [],
    };

    [Fact]
    public void Projects_reference_only_what_the_design_allows()
    {
        var found = Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories);
        Assert.Equal(
            Allowed.Keys.Order(StringComparer.Ordinal), found.Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal)!);
        foreach (var file in found)
        {
            var references = XDocument.Load(file).Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));
            Assert.All(references, reference => Assert.Contains(reference, Allowed[Path.GetFileNameWithoutExtension(file)]));
        }
    }

    [Fact]
    public void The_protocol_knows_neither_http_nor_a_database()
    {
        var names = typeof(OAuthError).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name!);
        Assert.DoesNotContain(names, name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)
            || name.StartsWith("Microsoft.EntityFrameworkCore", StringComparison.Ordinal));
    }

    /// <summary>
    /// What an account can do and undergo is told of a browser by a Visit, so that anybody can ask for it, and a test without a web server.
    /// ASP.NET Core Identity's passkeys want to see a request: they get one of our own making.
    /// </summary>
    [Fact]
    public void Acts_on_an_account_see_no_request()
    {
        var files = Directory.GetFiles(Path.Combine(Repository.Root, "src", "Sso.Accounts"), "*.cs", SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file).Contains("HttpContext", StringComparison.Ordinal)).Select(Path.GetFileName);
        Assert.Equal(["WebAuthn.cs"], files);
    }

    [Fact]
    public void The_map_names_only_files_that_exist_and_every_folder_of_the_server_and_of_accounts()
    {
        var map = File.ReadAllText(Path.Combine(Repository.Root, "src", "README.md"));
        var files = System.Text.RegularExpressions.Regex.Matches(map, @"`([\w./]+\.(?:cs|cshtml))`")
            .Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.True(File.Exists(Path.Combine(Repository.Root, "src", file)), file));
        var folders = ((string[])["Sso.Accounts", "Sso.Server"])
            .SelectMany(project => Directory.GetDirectories(Path.Combine(Repository.Root, "src", project)))
            .Select(path => Path.GetRelativePath(Path.Combine(Repository.Root, "src"), path))
            .Where(path => Path.GetFileName(path) is not ("bin" or "obj" or "Properties"));
        Assert.All(folders, folder => Assert.Contains(folder, map, StringComparison.Ordinal));
    }
}
