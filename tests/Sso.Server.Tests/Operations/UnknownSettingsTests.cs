using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sso.Server.Doctor;
using Sso.Server.Tests.Doctor;
using Sso.Settings;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Operations;

/// <summary>A setting that was misspelt is told, by its name and never with its value.</summary>
[Spec("S142")]
[OneDatabase]
public sealed partial class UnknownSettingsTests(ExaminedInstallation examined) : IClassFixture<ExaminedInstallation>
{
    private readonly ExaminedInstallation _examined = examined;

    [Theory]
    [InlineData("Mail:Hots", "Mail:Host")]
    [InlineData("Dpop:RequireNonc", "Dpop:RequireNonce")]
    [InlineData("Delivery:Limits:PerHuor", "Delivery:Limits:PerHour")]
    [InlineData("Twilio:AcountSid", "Twilio:AccountSid")]
    [InlineData("Actions:pay:MaxAgge", "Actions:pay:MaxAge")]
    [InlineData("AuthorizationTypes:0:Typ", "AuthorizationTypes:0:Type")]
    public async Task A_misspelt_setting_is_told_with_the_one_that_was_probably_meant(string typed, string meant)
    {
        var told = await ToldAsync($"--{typed}=nascosto");

        Assert.Contains($"{typed} (command line)", told, StringComparison.Ordinal);
        Assert.Contains($"Did you mean {meant}?", told, StringComparison.Ordinal);
        Assert.DoesNotContain("nascosto", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_misspelt_section_is_told_once()
    {
        var told = await ToldAsync("--Delviery:From:default=nascosto", "--Delviery:Routes:0=outbox");

        Assert.Single(Regex.Matches(told, "Delviery ", RegexOptions.CultureInvariant));
        Assert.Contains("Did you mean Delivery?", told, StringComparison.Ordinal);
        Assert.DoesNotContain("nascosto", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Delivery:From:default=Nuvola")]
    [InlineData("--Delivery:From:IT=Nuvola")]
    [InlineData("--Actions:pay:MaxAge=00:05:00")]
    [InlineData("--Sso:Hosts:0=login.example")]
    [InlineData("--Telemetry:Headers:Authorization=x")]
    [InlineData("--Twilio:AuthToken=x")]
    [InlineData("--Vonage:SignatureSecrets:0=x")]
    [InlineData("--Kestrel:Limits:MaxRequestLineSize=8192")]
    [InlineData("--Nuvola:Mail=x")]
    [InlineData("--Authentication:Schemes:Bearer:Authority=https://x.example")]
    public async Task What_is_known_or_chosen_by_the_operator_or_not_ours_is_not_told(string typed)
    {
        Assert.Equal("", await ToldAsync(typed));
    }

    /// <summary>A login, and sudo, put the mailbox of the account there: every command was refused.</summary>
    [Fact]
    public async Task The_mailbox_of_a_login_is_no_setting()
    {
        Environment.SetEnvironmentVariable("MAIL", "/var/mail/root");
        try
        {
            var findings = await _examined.ExamineAsync();
            Assert.DoesNotContain(findings, finding => finding is { Subject: "settings", State: not FindingState.Good });
        }
        finally
        {
            Environment.SetEnvironmentVariable("MAIL", null);
        }
    }

    /// <summary>The name by which it is written there, so that it can be searched for.</summary>
    [Fact]
    public void One_of_the_environment_and_one_of_a_file_are_told_with_their_place()
    {
        var file = Path.Combine(_examined.Server.Database.Folder, "settings.json");
        File.WriteAllText(file, """{ "Mail": { "Porrt": 25 } }""");
        var prefix = "SSO_TEST_OF_UNKNOWN_";
        Environment.SetEnvironmentVariable(prefix + "Mail__Hots", "nascosto");
        try
        {
            var configuration = new ConfigurationBuilder().AddJsonFile(file).AddEnvironmentVariables(prefix).Build();
            Assert.Equal(
                [
                    "Mail:Hots (environment: Mail__Hots) is no setting of this program. Did you mean Mail:Host?",
                    "Mail:Porrt (settings.json) is no setting of this program. Did you mean Mail:Port?",
                ],
                UnknownSettings.Find(configuration, Known()).Select(unknown => unknown.Sentence));
        }
        finally
        {
            Environment.SetEnvironmentVariable(prefix + "Mail__Hots", null);
        }
    }

    /// <summary>The misspelt name is most often why the right one is missing.</summary>
    [Fact]
    public async Task A_start_that_is_refused_tells_them_too()
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        using var server = new ServerProcess(database);
        var (code, said) = await server.RunAsync(["serve", "--environment=Production", "--Mail:Hots=relay.example"]);

        Assert.Equal(1, code);
        Assert.Contains("Mail:Host is not set", said, StringComparison.Ordinal);
        Assert.Contains("Did you mean Mail:Host?", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_goes_on_and_tells_them_in_one_line()
    {
        await using var server = new SsoServer();
        server.Settings.Add("--Mail:Hots=nascosto");
        server.Settings.Add("--Dpop:Nonce=nascosto");
        await server.InitializeAsync();

        var line = Assert.Single(server.Log.Lines, line => line.Contains("Settings that nothing reads", StringComparison.Ordinal));
        Assert.Contains("Mail:Hots", line, StringComparison.Ordinal);
        Assert.Contains("Dpop:Nonce", line, StringComparison.Ordinal);
        Assert.DoesNotContain("nascosto", line, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_documentation_and_the_files_to_deploy_call_a_setting_is_one()
    {
        var known = Known();
        var sections = known.SelectMany(section => section.Name.Length > 0 ? [section.Name] : section.Type.GetProperties()
            .Select(property => property.Name)).ToHashSet(StringComparer.Ordinal);
        var named = Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md")
            .Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "deploy"), "*", SearchOption.AllDirectories))
            .SelectMany(file => Name().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value.Replace("__", ":"))
            .Where(name => sections.Contains(name.Split(':')[0])).Distinct(StringComparer.Ordinal).ToList();
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(named.Select(name => new KeyValuePair<string, string?>(name, ""))).Build();

        Assert.True(named.Count > 80);
        Assert.Empty(UnknownSettings.Find(configuration, known).Select(unknown => unknown.Path));
    }

    /// <summary>By its whole name, or by its own after another one of its section, as rows of the table shorten it.</summary>
    [Fact]
    public void Every_setting_that_the_program_knows_is_documented()
    {
        var settings = Known().SelectMany(section => Members(section.Name, section.Type)).ToHashSet(StringComparer.Ordinal);
        var documented = NamedIn(File.ReadAllText(Path.Combine(Repository.Root, "docs", "operators.md")), settings);

        Assert.True(settings.Count > 90);
        Assert.Empty(settings.Where(setting => !documented.Contains(setting)).Order(StringComparer.Ordinal));
    }

    /// <summary>Another section has a member, or is a section, of the same name: it stood for the one that was missing.</summary>
    [Theory]
    [InlineData("| `Brand:Name`, `PrivacyUrl` | … |", "Brand:Name Brand:PrivacyUrl")]
    [InlineData("Section `Brand` (`Name`, `PrivacyUrl`)", "Brand:Name Brand:PrivacyUrl")]
    [InlineData("| `Delivery:Routes:0` | `Brand:Name` |", "Brand:Name Delivery:Routes")]
    [InlineData("| `Delivery:Routes` | … |\n| `Brand` | … |", "Delivery:Routes")]
    [InlineData("| `Brand:Name` | … |\n| `PrivacyUrl` | … |", "Brand:Name")]
    [InlineData("    Delivery__Brand=Nuvola", "Delivery:Brand")]
    public void A_name_counts_for_its_own_section_only(string text, string expected)
    {
        HashSet<string> settings = ["Brand:Name", "Brand:PrivacyUrl", "Delivery:Brand", "Delivery:Routes"];
        Assert.Equal(expected.Split(' '), NamedIn(text, settings).Order(StringComparer.Ordinal));
    }

    /// <summary>With those of groups, and of the members of lists and tables: <c>Actions:MaxAge</c>.</summary>
    private static IEnumerable<string> Members(string path, Type type) => type.GetProperties().Where(property => property.CanWrite)
        .SelectMany(property =>
        {
            var name = path.Length == 0 ? property.Name : $"{path}:{property.Name}";
            var groups = property.PropertyType.GenericTypeArguments.Append(property.PropertyType)
                .Where(inner => inner is { IsClass: true } && inner.Namespace!.StartsWith("Sso.", StringComparison.Ordinal)).ToList();
            return groups.Count > 0 ? groups.SelectMany(group => Members(name, group)) : [name];
        });

    /// <summary>In each paragraph, row or example the short names go with the whole ones before them, the nearest first.</summary>
    private static HashSet<string> NamedIn(string text, HashSet<string> settings)
    {
        var sections = settings.SelectMany(Beginnings).ToHashSet(StringComparer.Ordinal);
        HashSet<string> named = [];
        foreach (var block in Block().Split(text))
        {
            List<string> before = [];
            foreach (var word in Word().Matches(block).Select(match => WithoutKeys(match.Groups[1].Value)))
            {
                if (before.Select(section => $"{section}:{word}").Prepend(word).SelectMany(name => Beginnings(name).Prepend(name))
                    .FirstOrDefault(name => settings.Contains(name) || name == word && sections.Contains(name)) is { } whole)
                {
                    named.Add(whole);
                    before.InsertRange(0, Beginnings(whole).Prepend(whole).Where(sections.Contains));
                }
            }
        }

        named.IntersectWith(settings);
        return named;
    }

    /// <summary>Members of lists and tables have a key of the operator: a number, or a name that begins with a small letter.</summary>
    private static string WithoutKeys(string name) =>
        string.Join(':', name.Replace("__", ":").Split(':').Where(part => part.Length > 0 && char.IsAsciiLetterUpper(part[0])));

    /// <summary>Those of "a:b:c" are "a:b" and "a".</summary>
    private static IEnumerable<string> Beginnings(string path)
    {
        for (var end = path.LastIndexOf(':'); end > 0; end = path.LastIndexOf(':', end - 1))
        {
            yield return path[..end];
        }
    }

    private KnownSection[] Known() => [.. _examined.Server.App.Services.GetServices<KnownSection>()];

    private async Task<string> ToldAsync(params string[] typed) => string.Join(
        '\n', (await _examined.ExamineAsync(typed))
            .Where(finding => finding is { Subject: "settings", State: FindingState.Doubtful }).Select(finding => finding.What));

    [GeneratedRegex(@"[`""\s-]([A-Z]\w+(?:(?::|__)\w+)+)")]
    private static partial Regex Name();

    /// <summary>A row of a table is one line.</summary>
    [GeneratedRegex(@"\n(?=\|)|\n\s*\n")]
    private static partial Regex Block();

    [GeneratedRegex(@"(?:`|^ +)([A-Z][\w:.]*)(?:…?`|=)", RegexOptions.Multiline)]
    private static partial Regex Word();
}
