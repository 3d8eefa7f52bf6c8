using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Sso.Admin.Clients;
using Sso.Server.Tests.Commands;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Admin;

/// <summary>What Sso says to the author of an application, by what it is built with.</summary>
[Spec("C02")]
public sealed partial class StackPresetTests(CommandLine sso) : IClassFixture<CommandLine>
{
    private const string Begin = "<!-- stacks: written by StackPresetTests with SSO_WRITE_DOCS=1 -->\n";
    private const string End = "<!-- end of stacks -->";

    public static TheoryData<string> Stacks => [.. StackPreset.All.Select(stack => stack.Id)];

    [Theory, MemberData(nameof(Stacks))]
    public async Task The_code_of_a_stack_has_the_issuer_the_client_id_and_the_addresses_exactly_as_registered(string stack)
    {
        var added = (await sso.RunAsync(
            "client", "add", $"my-{stack}", "--name", "Mine", "--stack", stack, "--url", "https://app.example/shop/", "--json")).Json;
        var snippet = added.GetProperty("snippet").GetString()!;
        var client = added.GetProperty("client");
        string[] expected =
        [
            "https://sso.test", $"my-{stack}",
            .. client.GetProperty("redirect_uris").EnumerateArray().Select(uri => uri.GetString()!),
            .. client.GetProperty("post_logout_redirect_uris").EnumerateArray().Select(uri => uri.GetString()!),
        ];

        Assert.True(expected.Length >= 3);
        Assert.All(expected, text => Assert.Contains(text, snippet, StringComparison.Ordinal));
        Assert.DoesNotContain("{{", snippet, StringComparison.Ordinal);
        Assert.Equal(snippet, (await sso.RunAsync("client", "snippet", $"my-{stack}", "--stack", stack)).Output);
        if (added.TryGetProperty("client_secret", out var secret))
        {
            Assert.DoesNotContain(secret.GetString()!, snippet, StringComparison.Ordinal);
            Assert.Contains("SSO_CLIENT_SECRET", snippet, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Stacks))]
    public void A_stack_says_in_both_languages_what_goes_wrong_and_how_people_sign_out(string stack)
    {
        var preset = StackPreset.Find(stack)!;
        string[] texts = [preset.Pitfall("it"), preset.Pitfall("en"), preset.SignOut("it"), preset.SignOut("en")];
        Assert.Equal(4, texts.Distinct().Count());
        Assert.All(texts, text => Assert.InRange(text.Length, 20, 200));
    }

    [Fact]
    public void The_documentation_lists_the_stacks()
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

    [Fact]
    public async Task People_read_the_settings_and_the_code_of_what_they_added()
    {
        var added = await sso.RunAsync(
            "client", "add", "printed", "--name", "Printed", "--stack", "aspnetcore", "--url", "shop.example");
        Assert.Equal((0, ""), (added.Code, added.Error));
        Assert.Contains(
            "SSO_ISSUER=https://sso.test\nSSO_CLIENT_ID=printed\nSSO_CLIENT_SECRET=ssocs_", added.Output, StringComparison.Ordinal);
        Assert.Contains("""options.CallbackPath = "/signin-oidc";""", added.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--stack is for another type", "--stack", "mobile", "--type", "web", "--url", "https://app.example")]
    [InlineData("--url is no address", "--stack", "mobile", "--url", "ftp://app.example")]
    [InlineData("neither type nor stack is given", "--url", "https://app.example")]
    public async Task What_does_not_fit_together_is_a_mistyped_command(string reason, params string[] options)
    {
        var refused = await sso.RunAsync(["client", "add", "misfit", "--name", "Misfit", .. options]);
        Assert.True(refused.Code == 2, reason);
    }

    [Fact]
    public async Task Addresses_that_were_given_stay_and_the_code_has_those()
    {
        var added = (await sso.RunAsync(
            "client", "add", "own", "--name", "Own", "--stack", "aspnetcore", "--url", "https://app.example",
            "--redirect-uri", "https://app.example/own", "--json")).Json;
        Assert.Equal(
            ["https://app.example/own"],
            added.GetProperty("client").GetProperty("redirect_uris").EnumerateArray().Select(uri => uri.GetString()!));
        Assert.Contains(
            """CallbackPath = "/own";""", added.GetProperty("snippet").GetString()!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_printed_that_a_program_could_take_for_more_than_an_address()
    {
        await sso.RunAsync(
            "client", "add", "quoted", "--name", "Quoted", "--type", "web", "--redirect-uri", "https://app.example/it's");
        Assert.Equal(1, (await sso.RunAsync("client", "snippet", "quoted", "--stack", "node")).Code);
    }

    private static string Written()
    {
        var table = new StringBuilder("| `--stack` | for | redirect URI | after a sign-out | mind |\n|---|---|---|---|---|\n");
        foreach (var stack in StackPreset.All)
        {
            var signedOut = stack.SignedOut is { } path ? $"`{path}`" : "–";
            table.Append(
                CultureInfo.InvariantCulture,
                $"| `{stack.Id}` | {stack.Title} | `{stack.Callback}` | {signedOut} | {stack.Pitfall("en")} {stack.SignOut("en")} |\n");
        }

        return table.ToString();
    }

    [GeneratedRegex("<!-- stacks.*?<!-- end of stacks -->", RegexOptions.Singleline)]
    private static partial Regex Table();
}
