using System.CommandLine;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using Sso.Data.Operations;
using Sso.Delivery.Routes;
using Sso.Server.Commands;
using Sso.Testing;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace Sso.Server.Tests.Operations;

/// <summary>What deploy/ names of the program is in the program: settings, commands, routes, metrics.</summary>
[OneDatabase]
public sealed partial class DeployFilesTests(DeployFilesTests.Node node) : IClassFixture<DeployFilesTests.Node>
{
    private static readonly string Folder = Path.Combine(Repository.Root, "deploy");

    private static readonly string[] Yaml =
    [
        .. Directory.GetFiles(Folder, "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Where(file => !Path.GetRelativePath(Folder, file)
                .Contains("settings" + Path.DirectorySeparatorChar, StringComparison.Ordinal)),
    ];

    private static readonly string[] SettingsFiles = ["appsettings.json", "container/appsettings.json", "kubernetes/appsettings.json"];

    [Fact]
    public void Every_setting_exists()
    {
        string[] named =
        [
            .. SettingsFiles.SelectMany(file =>
            {
                using var settings = JsonDocument.Parse(Read(file), new() { CommentHandling = JsonCommentHandling.Skip });
                return PathsOf(settings.RootElement, "").ToList();
            }),
            .. Yaml.SelectMany(file => EnvironmentName().Matches(File.ReadAllText(file)).Select(match => match.Value.Replace("__", ":"))),
        ];

        Assert.Contains("Database:ConnectionString", named);
        Assert.Contains("Sso:TrustedProxies", named);
        Assert.DoesNotContain(named, name => name != "Urls" && !node.Settings.Contains(name));
    }

    [Fact]
    public void Every_command_is_one()
    {
        string[][] commands =
        [
            .. Words(Read("sso.service"), "ExecStart=/opt/sso/sso (.+)"),
            .. Words(Read("sso-nightly.service"), "ExecStart=/opt/sso/sso (.+)"),
            .. Words(Read("container/Dockerfile"), @"CMD \[""(\w+)""\]"),
            .. Words(Read("container/compose.yaml"), @"command: \[(.+)\]"), .. Words(Read("kubernetes/migrate.yaml"), @"args: \[(.+)\]"),
        ];

        Assert.Equal(5, commands.Length);
        var root = SsoCommand.Build(new CommandHost([], CommandTerminal.OfProcess()));
        Assert.All(commands, words => Assert.Empty(root.Parse(words, new ParserConfiguration()).Errors));
    }

    /// <summary>The account of the service runs it, and somebody else typed it.</summary>
    [Theory]
    [InlineData("anna", "anna")]
    [InlineData(null, "root")]
    public async Task The_wrapper_hands_on_who_typed_the_command(string? sudo, string handedOn)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a script of a shell");
        var folder = Directory.CreateTempSubdirectory("sso-test-");
        foreach (var (name, says) in ((string, string)[])
            [("runuser", "[ \"$4\" = test ] || echo \"$SUDO_USER runs $4 $5\""), ("id", "echo root")])
        {
            var program = Path.Combine(folder.FullName, name);
            await File.WriteAllTextAsync(program, $"#!/bin/sh\n{says}\n", TestContext.Current.CancellationToken);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }

        var start = new ProcessStartInfo("/bin/sh", [Path.Combine(Folder, "command"), "doctor"]) { RedirectStandardOutput = true };
        start.Environment["PATH"] = folder.FullName;
        start.Environment["SUDO_USER"] = sudo;
        if (sudo is null)
        {
            start.Environment.Remove("SUDO_USER");
        }

        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        folder.Delete(recursive: true);

        Assert.Equal($"{handedOn} runs /opt/sso/sso doctor", said.Trim());
    }

    [Fact]
    public async Task Every_probe_is_answered()
    {
        string[] paths = [.. Yaml.SelectMany(file => Probe().Matches(File.ReadAllText(file))).Select(match => match.Groups["path"].Value)];
        Assert.Equal(["/health/live", "/health/ready"], paths.Distinct().Order(StringComparer.Ordinal));

        using var client = new HttpClient { BaseAddress = new Uri(node.Server.Url!) };
        foreach (var path in paths)
        {
            Assert.True((await client.GetAsync(path, TestContext.Current.CancellationToken)).IsSuccessStatusCode);
        }
    }

    [Fact]
    public async Task The_health_check_of_the_image_needs_bash_and_nothing_else()
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "There is no bash here.");
        var check = HealthCheck().Match(Read("container/Dockerfile")).Groups["command"].Value;

        Assert.Equal(0, await RunAsync(new Uri(node.Server.Url!).Port));
        Assert.NotEqual(0, await RunAsync(FreePorts.Take()));

        async Task<int> RunAsync(int port)
        {
            var words = JsonSerializer.Deserialize<string[]>(check.Replace("8080", $"{port}", StringComparison.Ordinal))!;
            using var process = Process.Start(new ProcessStartInfo("/bin/bash", words[1..])
            {
                RedirectStandardError = true,
                Environment = { ["PATH"] = "/nowhere" },
            })!;
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return process.ExitCode;
        }
    }

    [Theory]
    [InlineData("monitoring/alerts.yaml")]
    [InlineData("monitoring/dashboard.json")]
    public void Every_metric_exists_under_the_name_that_Prometheus_gives_it(string file)
    {
        string[] named = [.. Metric().Matches(Read(file)).Select(match => match.Value).Distinct()];

        Assert.Contains("sso_security_events_total", named);
        Assert.Contains("db_client_connection_count", named);
        Assert.DoesNotContain(named, name => !node.Metrics.Contains(name));
    }

    [Theory]
    [InlineData("monitoring/alerts.yaml")]
    [InlineData("monitoring/dashboard.json")]
    public void Every_value_of_a_label_exists(string file)
    {
        var text = Read(file).Replace("\\\"", "\"", StringComparison.Ordinal);
        string[] ValuesOf(string label) =>
        [
            .. Regex.Matches(text, $"\\b{label}!?=~?\"([^\"]+)\"").SelectMany(match => match.Groups[1].Value.Split('|')).Distinct(),
        ];

        Assert.Contains("RefreshTokenReused", ValuesOf("kind"));
        Assert.Empty(ValuesOf("kind").Except(Enum.GetNames<SecurityEventKind>()));
        Assert.Empty(ValuesOf("outcome").Except(typeof(DeliveryOutcome).GetNestedTypes().Select(type => type.Name)));
        Assert.Empty(ValuesOf("db_client_connection_state").Except(["used", "idle"]));
        var operators = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operators.md"));
        string[] ofTexts = ["text-budget-hour", "text-budget-day", "too-dear", "conversion"];
        Assert.All(ValuesOf("limit").Except(ofTexts), limit => Assert.Contains($"| `{limit}` |", operators, StringComparison.Ordinal));
        Assert.Empty(ValuesOf("http_route").Except(["/health/ready", "/health/.*", "/connect/.*"]));
    }

    [Fact]
    public void Everything_can_be_read_and_the_base_names_each_of_its_files()
    {
        foreach (var file in Yaml)
        {
            using var reader = File.OpenText(file);
            new YamlStream().Load(reader);
        }

        using var dashboard = JsonDocument.Parse(Read("monitoring/dashboard.json"));
        Assert.NotEmpty(dashboard.RootElement.GetProperty("panels").EnumerateArray());
        var listed = Resource().Matches(Read("kubernetes/kustomization.yaml")).Select(match => match.Groups["file"].Value);
        Assert.Equal(
            Directory.GetFiles(Path.Combine(Folder, "kubernetes"), "*.yaml").Select(file => Path.GetFileName(file)!)
                .Where(name => name != "kustomization.yaml").Order(StringComparer.Ordinal),
            listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_files_agree_on_the_account_of_the_image_and_on_the_address_of_the_proxy()
    {
        Assert.Contains("\nUSER 1654:1654\n", Read("container/Dockerfile"), StringComparison.Ordinal);
        Assert.Contains("chown 1654:1654", Read("container/prepare.sh"), StringComparison.Ordinal);
        Assert.Contains("runAsUser: 1654", Read("kubernetes/deployment.yaml"), StringComparison.Ordinal);
        Assert.Contains("ipv4_address: 172.30.53.2 ", Read("container/compose.yaml"), StringComparison.Ordinal);
        Assert.Contains("\"TrustedProxies\": [ \"172.30.53.2\" ]", Read("container/appsettings.json"), StringComparison.Ordinal);
    }

    /// <summary>A script fills them in and asks for no name, so people were shown that of the sample.</summary>
    [Fact]
    public void The_settings_for_containers_name_no_brand() =>
        Assert.DoesNotContain("\"Brand\"", Read("container/appsettings.json"), StringComparison.Ordinal);

    /// <summary>A query holds codes, and numbers and names that are searched for; what nginx logs by itself has it.</summary>
    [Fact]
    public void No_site_of_nginx_logs_a_query()
    {
        var sites = Read("nginx.conf").Split("\nserver {");
        var format = Assert.Single(sites[0].Split('\n'), line => line.StartsWith("log_format sso ", StringComparison.Ordinal));
        Assert.DoesNotMatch(@"\$(request|request_uri|args|query_string|arg_\w+|http_referer)\b", format);
        Assert.Equal(3, sites.Length);
        Assert.All(
            sites[1..], site => Assert.Single(Regex.Matches(site, @"^\s*access_log \S+ sso;$", RegexOptions.Multiline)));
        Assert.All(sites[1..], site => Assert.Single(Regex.Matches(site, "access_log")));
    }

    [Fact]
    public void The_page_of_operators_names_everything_there()
    {
        var operators = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operators.md"));
        Assert.All(
            new DirectoryInfo(Folder).GetFileSystemInfos(),
            entry => Assert.Contains(entry is DirectoryInfo ? $"`{entry.Name}/`" : $"`{entry.Name}`", operators, StringComparison.Ordinal));
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(Folder, file));

    private static IEnumerable<string[]> Words(string text, string pattern) => Regex.Matches(text, pattern)
        .Select(match => match.Groups[1].Value.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries));

    /// <summary>A list is one setting.</summary>
    private static IEnumerable<string> PathsOf(JsonElement element, string path) => element.ValueKind == JsonValueKind.Object
        ? element.EnumerateObject().SelectMany(member => PathsOf(member.Value, path.Length == 0 ? member.Name : $"{path}:{member.Name}"))
        : [path];

    [GeneratedRegex(@"\b[A-Z]\w*?__\w+")]
    private static partial Regex EnvironmentName();

    [GeneratedRegex(@"httpGet: \{ path: (?<path>[^,]+),")]
    private static partial Regex Probe();

    [GeneratedRegex(@"HEALTHCHECK.*\n +CMD (?<command>\[.*\])")]
    private static partial Regex HealthCheck();

    [GeneratedRegex(@"\b(?:sso|http_server|kestrel|dotnet|db_client)_(?!route|response_status_code|connection_state)[a-z_]+(?=[{\[ )])")]
    private static partial Regex Metric();

    [GeneratedRegex(@"^  - (?<file>\w+\.yaml)$", RegexOptions.Multiline)]
    private static partial Regex Resource();

    /// <summary>A server on a real port: only then the framework has all its metrics.</summary>
    public sealed class Node : IAsyncLifetime
    {
        private readonly MeterListener _listener = new();
        private readonly HashSet<string> _metrics = [];
        private readonly HashSet<string> _settings = [];

        public Node() => Server = new SsoServer
        {
            Url = $"http://localhost:{FreePorts.Take()}",
            MoreServices = services => _settings.UnionWith(services.SelectMany(SettingsOf)),
        };

        public SsoServer Server { get; }

        public IReadOnlySet<string> Metrics => _metrics;

        public IReadOnlySet<string> Settings => _settings;

        public async ValueTask InitializeAsync()
        {
            _listener.InstrumentPublished = (instrument, _) =>
            {
                lock (_metrics)
                {
                    _metrics.UnionWith(NamesOf(instrument));
                }
            };
            _listener.Start();
            await Server.InitializeAsync();
            // What counts sign-ins is made for the first of them; the driver is not used on every database.
            var browser = new Browser(
                new Uri(Server.Url!), () => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
            await browser.SubmitAsync(
                await browser.GetAsync("/account"), ("Input.UserName", "nobody"), ("Input.Password", "wrong"));
            await NpgsqlDataSource.Create("Host=localhost").DisposeAsync();
        }

        public ValueTask DisposeAsync()
        {
            _listener.Dispose();
            return Server.DisposeAsync();
        }

        /// <summary>As the receiver of Prometheus translates them.</summary>
        private static IEnumerable<string> NamesOf(Instrument instrument)
        {
            var kind = instrument.GetType().Name;
            var name = instrument.Name.Replace('.', '_') + instrument.Unit switch
            {
                "s" => "_seconds",
                "By" => "_bytes",
                _ => "",
            };
            return kind.StartsWith("Histogram", StringComparison.Ordinal) ? [$"{name}_bucket", $"{name}_sum", $"{name}_count"]
                : kind.StartsWith("Counter", StringComparison.Ordinal) || kind.StartsWith("ObservableCounter", StringComparison.Ordinal)
                    ? [$"{name}_total"]
                    : [name];
        }

        private static IEnumerable<string> SettingsOf(ServiceDescriptor descriptor)
        {
            if (descriptor is not { ServiceType.IsGenericType: true, IsKeyedService: false, ImplementationInstance: { } reader }
                || descriptor.ServiceType.GetGenericTypeDefinition() != typeof(IConfigureOptions<>)
                || reader.GetType().Name != "SettingsReader`1")
            {
                return [];
            }

            var section = reader.GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic)
                .Where(field => field.FieldType == typeof(string)).Select(field => (string)field.GetValue(reader)!).Single();
            return Below(descriptor.ServiceType.GetGenericArguments()[0], section);
        }

        private static IEnumerable<string> Below(Type type, string path) => type.GetProperties().Where(property => property.CanWrite)
            .SelectMany(property =>
            {
                var name = path.Length == 0 ? property.Name : $"{path}:{property.Name}";
                return property.PropertyType.Namespace?.StartsWith("Sso", StringComparison.Ordinal) == true
                    ? Below(property.PropertyType, name).Append(name)
                    : [name];
            });
    }
}
