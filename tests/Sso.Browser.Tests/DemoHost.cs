using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sso.Demo;
using Sso.Server.Commands;
using Sso.Testing;

namespace Sso.Browser.Tests;

/// <summary>
/// The demo with its server and its commands in this process: the same settings, people and applications, without the six programs that
/// <see cref="DemoProcess"/> starts, which cost more than most visits.
/// </summary>
internal sealed class DemoHost : IDemo
{
    private readonly SsoServer _server;
    private readonly DemoScript _script;
    private ClientAreaProcess? _area;

    private DemoHost(string sso, string clientArea, string secondFactor)
    {
        (Sso, ClientArea) = (sso, clientArea);
        _script = new DemoScript(sso, clientArea, secondFactor);
        _server = new SsoServer
        {
            Url = sso,
            Settings =
            [
                .. _script.ServerSettings
                    .Where(setting => !setting.Key.StartsWith("ASPNETCORE_", StringComparison.Ordinal))
                    .Select(setting => Option(setting.Key, setting.Value)),
            ],
            // The client area, a program of its own, compares the tokens with the time of this machine.
            MoreServices = services => services.Replace(ServiceDescriptor.Singleton(TimeProvider.System)),
        };
    }

    public string ClientArea { get; }

    public string Sso { get; }

    public string UserName => DemoScript.UserName;

    public string Password => DemoScript.Password;

    public string Phone => Sso + "/dev/phone";

    public static async Task<DemoHost> StartAsync(string secondFactor)
    {
        var demo = new DemoHost($"http://localhost:{FreePorts.Take()}", $"http://localhost:{FreePorts.Take()}", secondFactor);
        await demo._server.InitializeAsync();
        var client = JsonElement.Parse(await demo.RunAsync("", demo._script.AddClient));
        await demo.RunAsync("", demo._script.AddDevice);
        await demo.RunAsync(demo.Password, demo._script.AddCustomer);
        await demo._server.ReloadAsync();
        demo._area = await ClientAreaProcess.StartAsync(
            demo.ClientArea, demo._script.ClientSettings(client.GetProperty("client_secret").GetString()!));
        return demo;
    }

    public async ValueTask DisposeAsync()
    {
        _area?.Dispose();
        await _server.DisposeAsync();
    }

    private async Task<string> RunAsync(string input, IReadOnlyList<string> arguments)
    {
        var database = _server.Database;
        using var reader = new StringReader(input);
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var code = await SsoCommand.InvokeAsync(
            [
                $"--Database:Provider={database.Provider}", $"--Database:ConnectionString={database.ConnectionString}",
                $"--Secrets:PassphraseFile={database.PassphraseFile}", .. _server.Settings, .. arguments,
            ],
            new CommandTerminal(reader, output, error, IsInputRedirected: true, TimeProvider.System),
            CancellationToken.None);
        return code == 0 ? output.ToString() : throw new InvalidOperationException($"{arguments[0]} {arguments[1]}: {output}{error}");
    }

    /// <summary>What is a variable of the environment for a program is an option for its command line.</summary>
    private static string Option(string name, string value) => $"--{name.Replace("__", ":", StringComparison.Ordinal)}={value}";
}
