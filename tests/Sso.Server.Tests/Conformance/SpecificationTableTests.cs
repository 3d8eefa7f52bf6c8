using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Conformance;

/// <summary>The table of docs/relying-parties.md says what the metadata says, and names tests that exist.</summary>
[OneDatabase]
public sealed partial class SpecificationTableTests(SpecificationTableTests.Full full) : IClassFixture<SpecificationTableTests.Full>
{
    private const string Begin = "<!-- specifications: written by SpecificationTableTests with SSO_WRITE_DOCS=1 -->\n";
    private const string End = "<!-- end of specifications -->";

    [Fact]
    public async Task Every_member_of_the_metadata_is_in_the_table_and_the_other_way_round()
    {
        var advertised = (await ConfigPlanTests.MetadataAsync(full.Server))
            .EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal);
        var listed = Specifications.Spoken.SelectMany(line => line.Members).Order(StringComparer.Ordinal);

        Assert.Equal(advertised, listed);
    }

    [Fact]
    public void Every_test_that_the_table_names_exists()
    {
        var classes = typeof(SpecificationTableTests).Assembly.GetTypes().Select(type => type.Name).ToHashSet();

        Assert.DoesNotContain(Specifications.Spoken.SelectMany(line => line.Tests), name => !classes.Contains(name));
    }

    [Fact]
    public void The_documentation_holds_the_table()
    {
        var file = Path.Combine(Repository.Root, "docs", "relying-parties.md");
        var text = File.ReadAllText(file).ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable("SSO_WRITE_DOCS") == "1")
        {
            text = Table().Replace(text, _ => Begin + Written() + End);
            File.WriteAllText(file, text);
        }

        Assert.Contains(Begin + Written() + End, text, StringComparison.Ordinal);
    }

    private static string Written()
    {
        var table = new StringBuilder("| specification | in the metadata | tests |\n|---|---|---|\n");
        foreach (var (name, members, tests) in Specifications.Spoken)
        {
            table.Append(CultureInfo.InvariantCulture, $"| {name} | {Code(members)} | {Code(tests)} |\n");
        }

        table.Append("\n| declined | because |\n|---|---|\n");
        foreach (var (what, why) in Specifications.Declined)
        {
            table.Append(CultureInfo.InvariantCulture, $"| {what} | {why} |\n");
        }

        return table.ToString();
    }

    private static string Code(string[] names) => names.Length == 0 ? "–" : string.Join(", ", names.Select(name => $"`{name}`"));

    [GeneratedRegex("<!-- specifications.*?<!-- end of specifications -->", RegexOptions.Singleline)]
    private static partial Regex Table();

    /// <summary>A server on which everything is switched on.</summary>
    public sealed class Full : IAsyncLifetime
    {
        public SsoServer Server { get; } = new()
        {
            Settings =
            {
                "--Authorization:IdTokenResponses=true", "--Sso:SessionManagement=true",
                "--Registration:Enabled=true", "--Registration:DocumentHosts:0=app.example", "--Keys:Encryption=true",
                "--MutualTls:Enabled=true", "--MutualTls:Address=https://mtls.sso.test",
                "--AuthorizationTypes:0:Type=payment", "--AuthorizationTypes:0:English=make a payment",
                "--AuthorizationTypes:0:Italian=fare un pagamento",
                "--AuthorizationTypes:0:Fields:amount=string!",
            },
        };

        public ValueTask InitializeAsync() => Server.InitializeAsync();

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
