using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Sso.Admin.Clients;
using Sso.Server.Tests.Commands;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Admin;

/// <summary>What Sso says to the author of an application, by what it is built with.</summary>
[OneDatabase]
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

    /// <summary>What the program does, which a comment does not.</summary>
    [Theory, MemberData(nameof(Stacks))]
    public async Task What_a_stack_sends_below_a_path_is_what_is_registered(string stack)
    {
        const string Origin = "https://app.example";
        const string Home = $"{Origin}/shop";
        var added = (await sso.RunAsync(
            "client", "add", $"sent-{stack}", "--name", "Sent", "--stack", stack, "--url", Home, "--json")).Json;
        var code = CodeOf(added.GetProperty("snippet").GetString()!);
        var callback = added.GetProperty("client").GetProperty("redirect_uris")[0].GetString()!;
        Assert.Contains("https://sso.test", code, StringComparison.Ordinal);
        Assert.Contains($"sent-{stack}", code, StringComparison.Ordinal);
        Assert.Equal(callback, stack switch
        {
            "aspnetcore" => Origin + One(code, "[.]CallbackPath = \"(.*)\""),
            "authjs" => $"{Home}/api/auth/callback/{One(code, " id: \"(.*)\"")}",
            "express" => One(code, "baseURL: '(.*)'") + One(code, "callback: '(.*)'"),
            "gitea" => $"{Home}/user/oauth2/{One(code, "--name '(.*?)'")}/callback",
            "grafana" => One(code, "root_url = (.*)") + "/login/generic_oauth",
            // The address is not written there: these programs make it of where they are.
            "django" => $"{Home}/oidc/callback/",
            "nextcloud" => $"{Home}/apps/user_oidc/code",
            _ => One(code, $"({Regex.Escape(callback)})(?![/a-z])"),
        });
        var signedOut = stack switch
        {
            "aspnetcore" => Origin + One(code, "SignedOutCallbackPath = \"(.*)\""),
            "django" => Origin + One(code, "LOGOUT_REDIRECT_URL = \"(.*)\""),
            "express" => One(code, "baseURL: '(.*)'") + One(code, "postLogoutRedirect: '(.*)'"),
            "grafana" => Uri.UnescapeDataString(One(code, "post_logout_redirect_uri=([^&/:\n]*)")),
            "node" => One(code, "post_logout_redirect_uri: '(.*)'"),
            _ => null,
        };
        if (signedOut is not null)
        {
            Assert.Equal(added.GetProperty("client").GetProperty("post_logout_redirect_uris")[0].GetString(), signedOut);
        }
    }

    [Theory]
    [InlineData("aspnetcore", "SignedOutCallbackPath")]
    [InlineData("django", "LOGOUT_REDIRECT_URL")]
    [InlineData("express", "postLogoutRedirect")]
    [InlineData("grafana", "signout_redirect_url")]
    [InlineData("node", "post_logout_redirect_uri")]
    [InlineData("spring", "After sign-out")]
    public async Task Without_a_registered_address_after_a_sign_out_the_code_names_none(string stack, string setting)
    {
        var added = (await sso.RunAsync(
            "client", "add", $"stays-{stack}", "--name", "Stays", "--stack", stack,
            "--redirect-uri", "https://app.example/own", "--json")).Json;
        var snippet = added.GetProperty("snippet").GetString()!;
        Assert.DoesNotContain(setting, snippet, StringComparison.Ordinal);
        Assert.DoesNotContain("After sign-out", snippet, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://app.example/", "https://app.example/signin-oidc")]
    [InlineData("https://app.example/shop/", "https://app.example/shop/signin-oidc")]
    public async Task ASP_NET_Core_sends_people_home_after_a_sign_out_and_does_not_answer_there_itself(string home, string callback)
    {
        var id = $"home-{home.Length}";
        var added = (await sso.RunAsync(
            "client", "add", id, "--name", "Home", "--stack", "aspnetcore", "--redirect-uri", callback,
            "--post-logout-redirect-uri", home, "--json")).Json;
        var snippet = added.GetProperty("snippet").GetString()!;
        Assert.DoesNotContain("SignedOutCallbackPath", snippet, StringComparison.Ordinal);
        Assert.Contains($"PostLogoutRedirectUri = \"{home}\"", snippet, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASP_NET_Core_names_no_address_after_a_sign_out_where_none_is_registered()
    {
        var added = (await sso.RunAsync(
            "client", "add", "nowhere", "--name", "Nowhere", "--stack", "aspnetcore", "--redirect-uri", "https://app.example/signin-oidc",
            "--json")).Json;
        Assert.Contains("PostLogoutRedirectUri = \"\"", added.GetProperty("snippet").GetString()!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("aspnetcore", "--dpop")]
    [InlineData("node", "--require-par")]
    public async Task There_is_no_code_for_an_application_that_must_do_more_than_the_code_does(string stack, string option)
    {
        var id = $"more{option}";
        Assert.Equal(0, (await sso.RunAsync("client", "add", id, "--name", "More", "--stack", stack, "--url", "https://app.example")).Code);
        Assert.Equal(0, (await sso.RunAsync("client", "snippet", id, "--stack", stack)).Code);
        Assert.Equal(0, (await sso.RunAsync("client", "set", id, option)).Code);
        Assert.Equal(1, (await sso.RunAsync("client", "snippet", id, "--stack", stack)).Code);
    }

    [Fact]
    public async Task A_name_with_a_dot_stays_one_name_for_Spring()
    {
        var added = (await sso.RunAsync(
            "client", "add", "my.shop", "--name", "Dot", "--stack", "spring", "--url", "https://app.example", "--json")).Json;
        Assert.Contains("\"[my.shop]\":", added.GetProperty("snippet").GetString()!, StringComparison.Ordinal);
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
    [InlineData("--stack has no address to go by", "--stack", "aspnetcore")]
    [InlineData("--url is for nothing", "--type", "machine", "--url", "https://app.example")]
    [InlineData("--url is for nothing", "--type", "device", "--url", "https://app.example")]
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
        var added = await sso.RunAsync(
            "client", "add", "quoted", "--name", "Quoted", "--type", "web", "--redirect-uri", "https://app.example/it's");
        Assert.Equal(0, added.Code);
        Assert.Equal(1, (await sso.RunAsync("client", "snippet", "quoted", "--stack", "node")).Code);
    }

    private static string CodeOf(string snippet) => string.Join(
        '\n',
        snippet.Split('\n').Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
            && !line.TrimStart().StartsWith('#')));

    /// <summary>What the only match of a pattern holds.</summary>
    private static string One(string code, [StringSyntax(StringSyntaxAttribute.Regex)] string pattern) =>
        Assert.Single(Regex.Matches(code, pattern, RegexOptions.CultureInvariant)).Groups[1].Value;

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
