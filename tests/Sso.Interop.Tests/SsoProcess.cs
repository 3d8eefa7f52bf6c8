using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Sso.Testing;
using Xunit;

namespace Sso.Interop.Tests;

/// <summary>A real <c>sso serve</c> on a port of its own, with a fresh SQLite database and the outbox of Development.</summary>
public sealed class SsoProcess : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("sso-interop-");
    private readonly Dictionary<string, string> settings;
    private ChildProcess? server;

    public SsoProcess()
    {
        Issuer = $"http://localhost:{FreePorts.Take()}";
        settings = new()
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_URLS"] = Issuer,
            ["Sso__Issuer"] = Issuer,
            ["Database__Provider"] = "Sqlite",
            ["Database__ConnectionString"] = $"Data Source={Path.Combine(folder.FullName, "sso.db")}",
            ["Keys__RsaBits"] = "2048",
            [ServerProcess.Recompilation] = ServerProcess.NeverRecompile,
            ["Registration__Enabled"] = "true",
            ["Outgoing__AllowedHosts__0"] = $"localhost:{NotificationPort}",
            ["Delivery__Outbox__Folder"] = Path.Combine(folder.FullName, "outbox"),
        };
    }

    public string Issuer { get; }

    /// <summary>Of this computer, where the server may tell an application that a person has answered (CIBA Core §10.2).</summary>
    public int NotificationPort { get; } = FreePorts.Take();

    /// <summary>For the files of a test; deleted at its end.</summary>
    public string Folder => folder.FullName;

    /// <summary>From nothing to a server that answers, on a database that it made.</summary>
    public TimeSpan StartTook { get; private set; }

    /// <summary>Everything the server has printed, to be shown with a failure.</summary>
    public string Log => server?.Output ?? "";

    public async ValueTask InitializeAsync()
    {
        var watch = Stopwatch.StartNew();
        server = ChildProcess.Start("dotnet", [ServerAssembly(), "serve"], settings, ServerFolder());
        using var http = new HttpClient { BaseAddress = new Uri(Issuer) };
        await Patience.UntilAsync(
            async () =>
            {
                Assert.False(server.HasEnded, $"The server did not start:\n{Log}");
                return await IsReadyAsync(http);
            },
            "the server is ready");
        StartTook = watch.Elapsed;
    }

    /// <summary>An authorization request of a client that another program has registered: the server looks once a second.</summary>
    public static Task<Page> AskAsync(Browser browser, Uri request) =>
        UntilKnownAsync(() => browser.GetAsync(request.ToString()), page => page.Status == HttpStatusCode.OK || page.LeftSso);

    /// <summary>Asks again until the server knows the client, and not more often than it takes: each time before, it is refused.</summary>
    public static async Task<T> UntilKnownAsync<T>(Func<Task<T>> ask, Predicate<T> isKnown)
        where T : class
    {
        T? answer = null;
        await Patience.UntilAsync(
            async () =>
            {
                await Task.Delay(answer is null ? TimeSpan.Zero : TimeSpan.FromMilliseconds(250), TimeProvider.System);
                return isKnown(answer = await ask());
            },
            "the server knows the client");
        return answer!;
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }

        folder.Delete(recursive: true);
    }

    /// <summary>Runs one command of <c>sso</c> on the same database and returns what it printed.</summary>
    public async Task<string> RunAsync(string input, params string[] arguments)
    {
        await using var command = ChildProcess.Start("dotnet", [ServerAssembly(), .. arguments], settings, ServerFolder(), input);
        await command.ExpectSuccessAsync(Patience.Limit);
        return command.Output;
    }

    public async Task<JsonElement> AddClientAsync(params string[] arguments)
    {
        var printed = await RunAsync("", ["client", "add", .. arguments, "--json"]);
        return JsonElement.Parse(printed);
    }

    /// <summary>A browser without script that comes over the network.</summary>
    public Browser OpenBrowser() => new(new Uri(Issuer), () => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    public Task AddPersonAsync(string userName, string password) =>
        RunAsync(password + "\n", "user", "add", userName, "--email", $"{userName}@example.com", "--password-stdin");

    /// <summary>A file for a command, which goes with the database.</summary>
    public string Write(string name, string text)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static async Task<bool> IsReadyAsync(HttpClient http)
    {
        try
        {
            return (await http.GetAsync(new Uri("/health/ready", UriKind.Relative))).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static string ServerFolder() => Path.Combine(Repository.Root, "src", "Sso.Server");

    /// <summary>
    /// The published program where the run made one (it starts in half the time), else the server's own build, of the same configuration as
    /// these tests (bin/Release/net10.0).
    /// </summary>
    private static string ServerAssembly()
    {
        if (ServerProcess.Published is { } published)
        {
            return published;
        }

        var framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(ServerFolder(), "bin", framework.Parent!.Name, framework.Name, "sso.dll");
    }
}
