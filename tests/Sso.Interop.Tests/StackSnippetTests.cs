using System.Net;
using System.Runtime.InteropServices;
using Sso.Testing;
using Xunit;

namespace Sso.Interop.Tests;

/// <summary>
/// What Sso prints for a stack is a program that signs people in: the very text is started, with nothing but the values of .env, beside the
/// real server.
/// </summary>
[Spec("C02"), Collection(nameof(OneServer))]
public sealed class StackSnippetTests(SsoProcess sso)
{
    private const string Password = "una lunga frase segreta";

    /// <summary>What the SDK of web projects adds to each file.</summary>
    private static readonly string[] ImplicitUsings =
    [
        "System", "System.Collections.Generic", "System.Linq", "System.Threading.Tasks", "Microsoft.AspNetCore.Builder",
        "Microsoft.AspNetCore.Http", "Microsoft.Extensions.Configuration", "Microsoft.Extensions.DependencyInjection",
        "Microsoft.Extensions.Hosting",
    ];

    [Fact]
    public async Task The_code_for_ASP_NET_Core_signs_a_person_in() =>
        Assert.Equal("Signed in: anna@example.com", await SignInAsync("aspnetcore", "anna", async (folder, snippet) =>
        {
            await CompileAsync(folder, snippet);
            return ("dotnet", [Path.Combine(folder, "Program.dll")]);
        }));

    [Fact]
    public async Task The_code_for_Node_js_with_openid_client_signs_a_person_in() =>
        Assert.Matches("^Signed in: [0-9a-f]{32}$", await SignInAsync("node", "bruno", async (folder, snippet) =>
        {
            var file = Path.Combine(folder, "server.mjs");
            await File.WriteAllTextAsync(file, snippet, TestContext.Current.CancellationToken);
            Directory.CreateSymbolicLink(
                Path.Combine(folder, "node_modules"),
                Path.Combine(Repository.Root, "tests", "Sso.Interop.Tests", "npm", "node_modules"));
            return ("node", [file]);
        }));

    /// <summary>mod_auth_openidc is certified; what it knows reaches PHP as variables of the request.</summary>
    [Fact]
    public async Task The_code_for_Apache_signs_a_person_in_to_a_page_in_PHP_and_out_again()
    {
        Assert.SkipUnless(ApacheWithPhp.IsInstalled, "There is no Apache with mod_auth_openidc and PHP on this machine.");
        var said = await SignInAsync(
            "apache", "fabio",
            async (folder, snippet) => (
                "/usr/sbin/apache2",
                await ApacheWithPhp.ConfigureAsync(folder, snippet, page: "Signed in: <?= $_SERVER['OIDC_CLAIM_email'] ?>")),
            async (browser, person) =>
            {
                var signOut = await browser.GetAsync($"/oidc/redirect?logout={Uri.EscapeDataString(browser.Home.ToString())}");
                var back = await person.Browser.GetAsync(signOut.Url.ToString());
                Assert.Equal(browser.Home, back.Url);
                Assert.Equal("/signin", (await person.Browser.GetAsync("/account")).Path);
                Assert.Equal("/connect/authorize", (await browser.GetAsync("/")).Url.AbsolutePath);
            });
        Assert.Equal("Signed in: fabio@example.com", said);
    }

    [Fact]
    public async Task The_code_for_Flask_signs_a_person_in()
    {
        Assert.SkipUnless(
            Directory.Exists("/usr/lib/python3/dist-packages/authlib") && Directory.Exists("/usr/lib/python3/dist-packages/flask"),
            "There is no Flask with Authlib on this machine.");
        Assert.Matches("^Signed in: [0-9a-f]{32}$", await SignInAsync("flask", "gaia", async (folder, snippet) =>
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "app.py"), snippet, TestContext.Current.CancellationToken);
            return ("sh", ["-c", "exec /usr/bin/python3 -m flask run --port $PORT"]);
        }));
    }

    /// <summary>What the program says to a person who came back to it.</summary>
    private async Task<string> SignInAsync(
        string stack,
        string userName,
        Func<string, string, Task<(string Program, string[] Arguments)>> prepare,
        Func<Browser, PersonOnPages, Task>? goOn = null)
    {
        var home = new Uri($"http://localhost:{FreePorts.Take()}");
        var added = await sso.AddClientAsync(stack, "--name", "Sample", "--stack", stack, "--url", home.ToString());
        await sso.AddPersonAsync(userName, Password);
        var folder = Directory.CreateTempSubdirectory("sso-stack-");
        try
        {
            var (program, arguments) = await prepare(folder.FullName, added.GetProperty("snippet").GetString()!);
            await using var sample = ChildProcess.Start(
                program, arguments,
                new Dictionary<string, string>
                {
                    ["SSO_CLIENT_SECRET"] = added.GetProperty("client_secret").GetString()!,
                    ["OIDC_CRYPTO_PASSPHRASE"] = "only as long as this test",
                    ["SESSION_SECRET"] = "0123456789abcdef0123456789abcdef",
                    ["PORT"] = $"{home.Port}",
                    ["ASPNETCORE_URLS"] = home.ToString(),
                    ["ASPNETCORE_ENVIRONMENT"] = "Development",
                    [ServerProcess.Recompilation] = ServerProcess.NeverRecompile,
                },
                folder.FullName);
            var browser = PersonOnPages.BrowserAt(home);
            var page = await OpenAsync(browser, sample);
            Assert.True(page.LeftSso, page.Text + sample.Output + sample.Errors);
            var person = new PersonOnPages(sso, userName, Password);
            page = await person.GoOnAsync(await SsoProcess.AskAsync(person.Browser, page.Url));
            Assert.StartsWith(home.ToString(), page.Url.ToString(), StringComparison.Ordinal);
            page = await browser.GetAsync(page.Url.PathAndQuery);
            Assert.True(page.Status == HttpStatusCode.OK, page.Text + sample.Output + sample.Errors);
            if (goOn is not null)
            {
                await goOn(browser, person);
            }

            return page.Text;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<Page> OpenAsync(Browser browser, ChildProcess sample)
    {
        Page? page = null;
        await Patience.UntilAsync(
            async () =>
            {
                Assert.False(sample.HasEnded, $"The sample did not start:\n{sample.Output}{sample.Errors}");
                try
                {
                    page = await browser.GetAsync("/");
                }
                catch (HttpRequestException)
                {
                    // It does not listen yet.
                }

                return page is not null;
            },
            "the sample answers");
        return page!;
    }

    /// <summary>By the compiler of the SDK alone: a build of a project would take ten times as long.</summary>
    private static async Task CompileAsync(string folder, string snippet)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), snippet, cancellation);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Usings.cs"), string.Concat(ImplicitUsings.Select(name => $"global using {name};\n")), cancellation);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Program.runtimeconfig.json"),
            $$"""
            { "runtimeOptions": { "framework": { "name": "Microsoft.AspNetCore.App", "version": "{{Environment.Version}}" } } }
            """,
            cancellation);
        // What dotnet add package brings; the rest is in the shared framework.
        foreach (var library in Directory.GetFiles(AppContext.BaseDirectory, "*IdentityModel*.dll").Append(
            Path.Combine(AppContext.BaseDirectory, "Microsoft.AspNetCore.Authentication.OpenIdConnect.dll")))
        {
            File.Copy(library, Path.Combine(folder, Path.GetFileName(library)));
        }

        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        await File.WriteAllLinesAsync(
            Path.Combine(folder, "Program.rsp"),
            ["-nostdlib", "-nullable", "-langversion:latest", "-out:Program.dll", "Program.cs", "Usings.cs",
                .. references.Select(path => $"-r:\"{path}\"")],
            cancellation);
        await using var compiler = ChildProcess.Start(
            "dotnet", [Compiler(), "-noconfig", "@Program.rsp"], new Dictionary<string, string>(), folder);
        await compiler.ExpectSuccessAsync(Patience.Limit);
    }

    private static string Compiler()
    {
        var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return Directory.GetDirectories(Path.Combine(root, "sdk"))
            .Select(sdk => Path.Combine(sdk, "Roslyn", "bincore", "csc.dll"))
            .Where(File.Exists).Order(StringComparer.Ordinal).Last();
    }
}
