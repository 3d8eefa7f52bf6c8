using System.Net;
using System.Text;
using Sso.Protocol;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Errors;

/// <summary>One table of errors: answers, pages and docs/errors.md say the same.</summary>
[Spec("RFC 6749", "5.2")]
[OneDatabase]
public sealed class ErrorTableTests(SsoServer server) : IClassFixture<SsoServer>
{
    /// <summary>Run with SSO_WRITE_DOCS=1 to write the file.</summary>
    [Fact]
    public void The_documentation_is_the_table()
    {
        var file = Path.Combine(Repository.Root, "docs", "errors.md");
        var wanted = Document();
        if (Environment.GetEnvironmentVariable("SSO_WRITE_DOCS") == "1")
        {
            File.WriteAllText(file, wanted);
        }

        Assert.Equal(wanted, File.ReadAllText(file), ignoreLineEndingDifferences: true);
    }

    [Theory]
    [InlineData("it")]
    [InlineData("en")]
    public async Task Every_error_has_its_page_in_both_languages(string language)
    {
        var browser = server.OpenBrowser();
        browser.AcceptLanguage = language;
        foreach (var line in DocumentedError.All)
        {
            var page = await browser.GetAsync("/errors/" + line.Id);
            Assert.Equal(HttpStatusCode.OK, page.Status);
            Assert.Contains(language == "it" ? line.Italian : line.Remedy, page.Document.Body!.TextContent, StringComparison.Ordinal);
            Assert.Contains(line.Code, page.Document.Body!.TextContent, StringComparison.Ordinal);
        }

        Assert.Equal(DocumentedError.All.Count, (await browser.GetAsync("/errors")).Document.QuerySelectorAll("dl a").Length);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/errors/nothing")).Status);
    }

    [Fact]
    [Spec("GE10")]
    public async Task An_error_at_the_callback_as_json_and_as_a_challenge_names_its_page()
    {
        var shop = await server.RegisterAsync("shop");

        var callback = await server.OpenBrowser().GetAsync(shop.AuthorizeUrl(("max_age", "soon")));
        var refused = await shop.RedeemAsync("x");
        using var client = server.Backchannel();
        client.DefaultRequestHeaders.Authorization = new("Bearer", "x");
        using var challenge = await client.GetAsync("/connect/userinfo");

        Assert.Equal("https://sso.test/errors/max-age-format", callback.Parameter("error_uri"));
        Assert.Equal("https://sso.test/errors/code-or-token-invalid", refused.Text("error_uri"));
        Assert.Contains(
            "error_uri=\"https://sso.test/errors/access-token-invalid\"",
            challenge.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    private static string Document()
    {
        var text = new StringBuilder("""
            # Errors

            Every error that an application can receive, by the id that its `error_uri` ends with; the same stands at `/errors` of a running
            """ + """
             server, in Italian and English.
            Made from `src/Sso.Protocol/Errors` (a test compares them). In a description `*` stands for what was sent.

            | id | error | description | what to do |
            |---|---|---|---|

            """);
        foreach (var line in DocumentedError.All)
        {
            text.Append(
                System.Globalization.CultureInfo.InvariantCulture,
                $"| `{line.Id}` | `{line.Code}` | {line.Text ?? "any other"} | {line.Remedy} |\n");
        }

        return text.ToString();
    }
}
