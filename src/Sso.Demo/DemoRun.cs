using System.Text.Json;

namespace Sso.Demo;

/// <summary>
/// One run: a fresh database in a folder of its own, filled by the commands of <c>sso</c>, then the server and the client area until it is
/// told to end.
/// </summary>
internal sealed class DemoRun : IAsyncDisposable
{
    public const string UserName = "anna";
    public const string Password = "limone-barca-stella";
    private const string Email = "anna@example.com";
    private const string ClientId = "area-clienti";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sso-demo-");
    private readonly Dictionary<string, string> _serverSettings;
    private readonly string _secondFactor;
    private readonly string _server;
    private readonly List<ChildProgram> _children = [];

    /// <param name="ssoPort">Of the server.</param>
    /// <param name="clientPort">Of the client area.</param>
    /// <param name="secondFactor">"required", or "when-enrolled", with which customers turn on two-factor authentication
    /// themselves.</param>
    /// <param name="server">The program to start, sso.dll.</param>
    public DemoRun(int ssoPort, int clientPort, string secondFactor, string server)
    {
        (Issuer, ClientUrl) = ($"http://localhost:{ssoPort}", $"http://localhost:{clientPort}");
        (_secondFactor, _server) = (secondFactor, server);
        _serverSettings = new()
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_URLS"] = Issuer,
            ["Sso__Issuer"] = Issuer,
            ["Database__Provider"] = "Sqlite",
            ["Database__ConnectionString"] = $"Data Source={Path.Combine(_folder.FullName, "sso.db")}",
            ["Secrets__PassphraseFile"] = Path.Combine(_folder.FullName, "passphrase"),
            // Thrown away with the demo, and somebody is waiting for it to start: larger ones take seconds to make.
            ["Keys__RsaBits"] = "2048",
            ["Delivery__Routes__0"] = "outbox",
            ["Delivery__Outbox__Folder"] = Path.Combine(_folder.FullName, "outbox"),
            ["SignIn__AccountPolicy"] = secondFactor,
            // The client area is on this machine, where the server calls nobody unless told to.
            ["Outgoing__AllowedHosts__0"] = $"localhost:{clientPort}",
            ["AuthorizationTypes__0__Type"] = "domain_transfer",
            ["AuthorizationTypes__0__English"] = "transfer a domain",
            ["AuthorizationTypes__0__Italian"] = "trasferire un dominio",
            ["AuthorizationTypes__0__Fields__domain"] = "string!",
            ["AuthorizationTypes__0__Fields__to"] = "object",
            ["Brand__Name"] = "Sso",
            ["Brand__PrivacyUrl"] = ClientUrl + "/info/privacy",
            ["Brand__AboutUrl"] = ClientUrl + "/info/about",
            ["Brand__ContactUrl"] = ClientUrl + "/info/contact",
            ["Logging__LogLevel__Default"] = "Warning",
        };
    }

    public string Issuer { get; }

    public string ClientUrl { get; }

    /// <summary>Ends when one of the two programs ends.</summary>
    public Task SomethingEnded => Task.WhenAny(_children.Select(child => child.Exited));

    public async Task StartAsync(CancellationToken cancellation)
    {
        await CommandAsync("", cancellation, "db", "migrate");
        var secret = await AddClientAsync(cancellation);
        await Task.WhenAll(AddCustomerAsync(cancellation), AddDeviceAsync(cancellation));
        var server = ChildProgram.Start("sso", _server, _serverSettings, "serve");
        _children.Add(server);
        await WaitAsync(server, "Sso", Issuer + "/health/ready", cancellation);
        var client = ChildProgram.Start("client area", Programs.ClientArea, ClientSettings(secret));
        _children.Add(client);
        await WaitAsync(client, "The client area", ClientUrl + "/health/live", cancellation);
    }

    public string LastWords() => string.Join(
        Environment.NewLine, _children.Where(child => child.HasExited).Select(child => child.LastWords));

    public async ValueTask DisposeAsync()
    {
        foreach (var child in Enumerable.Reverse(_children))
        {
            await child.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    private async Task<string> AddClientAsync(CancellationToken cancellation)
    {
        var answer = await CommandAsync(
            "", cancellation,
            "client", "add", ClientId, "--name", "Area Clienti / Client Area", "--type", "web",
            "--redirect-uri", ClientUrl + "/callback", "--post-logout-redirect-uri", ClientUrl + "/signedout",
            "--backchannel-logout-uri", ClientUrl + "/backchannel-logout",
            "--scope", "address", "--scope", "phone", "--scope", "last_access", "--authorization-type", "domain_transfer",
            "--second-factor", _secondFactor, "--json");
        return JsonElement.Parse(answer).GetProperty("client_secret").GetString()!;
    }

    /// <summary>Something that shows a code (RFC 8628), to be asked for by hand.</summary>
    private Task<string> AddDeviceAsync(CancellationToken cancellation) =>
        CommandAsync(
            "", cancellation, "client", "add", "televisore", "--name", "Televisore", "--type", "device", "--second-factor", _secondFactor);

    private Task<string> AddCustomerAsync(CancellationToken cancellation) => CommandAsync(
        Password, cancellation,
        "user", "add", UserName, "--email", Email, "--email-verified", "--given-name",
        "Anna", "--family-name", "Bianchi", "--birthdate", "1985-04-30",
        "--zoneinfo", "Europe/Rome", "--locale", "it", "--street-address", "Via Roma 1",
        "--locality", "Arezzo", "--region", "AR", "--postal-code", "52100",
        "--country", "IT", "--password-stdin");

    private Task<string> CommandAsync(string input, CancellationToken cancellation, params string[] arguments) =>
        ChildProgram.RunAsync(_server, _serverSettings, input, arguments, cancellation);

    private Dictionary<string, string> ClientSettings(string secret) => new()
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Development",
        ["ASPNETCORE_URLS"] = ClientUrl,
        ["ClientArea__Authority"] = Issuer,
        ["ClientArea__ClientId"] = ClientId,
        ["ClientArea__ClientSecret"] = secret,
        ["ClientArea__PublicUrl"] = ClientUrl,
        ["Logging__LogLevel__Default"] = "Warning",
    };

    /// <summary>However long it takes: a program that is still running is only slow, and the person waiting sees that.</summary>
    private static async Task WaitAsync(ChildProgram program, string name, string address, CancellationToken cancellation)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        using var progress = new Progress($"{name} is starting");
        while (!await AnswersAsync(http, address, cancellation))
        {
            if (program.HasExited)
            {
                throw new DemoException($"{name} ended before it was ready. {program.LastWords}");
            }

            await Task.Delay(Pause, TimeProvider.System, cancellation);
        }
    }

    private static async Task<bool> AnswersAsync(HttpClient http, string address, CancellationToken cancellation)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(address), cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception exception)
            when (exception is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}
