using System.Text.RegularExpressions;
using Sso.Admin;
using Sso.Protocol;
using Sso.Server.Commands;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Commands;

[OneDatabase]
public sealed partial class SsoCommandTests(CommandLine sso) : IClassFixture<CommandLine>
{
    [Theory]
    [InlineData]
    [InlineData("client")]
    [InlineData("bogus")]
    [InlineData("client", "frobnicate")]
    [InlineData("client", "add")]
    [InlineData("client", "add", "a", "--name", "A")]
    [InlineData("client", "add", "a", "--name", "A", "--type", "toaster")]
    [InlineData("client", "show")]
    [InlineData("user", "list", "--limit", "many")]
    [InlineData("key", "rotate", "--later")]
    public async Task A_command_that_is_written_wrongly_ends_with_2_and_names_the_help(params string[] arguments)
    {
        var result = await sso.RunAsync(arguments);

        Assert.Equal(2, result.Code);
        Assert.Contains("--help", result.Error, StringComparison.Ordinal);
        Assert.Equal("", result.Output);
    }

    [Theory]
    [InlineData("sso", "anna", "anna (sso)")]
    [InlineData("sso", "CORP\\anna@example.com", "CORP\\anna@example.com (sso)")]
    [InlineData("sso", null, "sso")]
    [InlineData("sso", "", "sso")]
    [InlineData("anna", "anna", "anna")]
    [InlineData("sso", "anna (root)", "sso")]
    [InlineData("sso", "a\nb", "sso")]
    [InlineData("sso", "a123456789a123456789a123456789a123456789a123456789a123456789a1234", "sso")]
    public void An_event_names_whoever_typed_a_command_where_sudo_says_so_and_the_account_in_any_case(
        string account, string? typist, string named)
    {
        Assert.Equal(named, CommandActor.AccountOf(account, typist));
        Assert.True($"command:{named}".Length <= 100);
    }

    [Fact]
    public async Task The_help_does_not_call_an_option_required_that_may_be_left_out() =>
        Assert.DoesNotContain("[required]", (await sso.RunAsync("client", "add", "--help")).Output, StringComparison.Ordinal);

    [Theory]
    [InlineData("clint", "client")]
    [InlineData("client ad", "add")]
    [InlineData("client add shop --type web --name Shop --redirct-uri https://shop.example/cb", "--redirect-uri")]
    [InlineData("client shwo shop", "show")]
    [InlineData("client list --jsno", "--json")]
    [InlineData("user list --limt=3", "--limit")]
    [InlineData("client add shop --name Shop --type wbe", "web")]
    public async Task A_mistyped_word_is_answered_with_the_one_that_was_probably_meant(string typed, string meant)
    {
        var result = await sso.RunAsync(typed.Split(' '));

        Assert.Equal(2, result.Code);
        var line = Assert.Single(result.Error.Split('\n'), line => line.Contains("Did you mean", StringComparison.Ordinal));
        Assert.EndsWith($"Did you mean {meant}?", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("client show {0}x", "{0}")]
    [InlineData("client disable {0}x", "{0}")]
    [InlineData("client set {0} --brand nuvloa", "nuvola")]
    [InlineData("resource remove https://api.exmaple", "https://api.example")]
    [InlineData("user show leonrado", "leonardo")]
    [InlineData("client set {0} --scope phoen", "phone")]
    public async Task A_mistyped_name_is_answered_with_the_one_that_was_probably_meant(string typed, string meant)
    {
        await sso.RunAsync("db", "migrate");
        await sso.RunAsync("client", "add", "bottega", "--name", "B", "--type", "web", "--redirect-uri", "https://b.example/cb");
        await sso.RunAsync("brand", "add", "nuvola", "--name", "Nuvola", "--accent", "#f58220");
        await sso.RunAsync("resource", "add", "https://api.example", "--name", "Orders", "--scope", "orders.read");
        await sso.RunWithInputAsync("limone barca stella", "user", "add", "leonardo", "--email", "l@example.com", "--password-stdin");

        var result = await sso.RunAsync(string.Format(null, typed, "bottega").Split(' '));

        Assert.Contains($"Did you mean {string.Format(null, meant, "bottega")}?", result.Error + result.Output, StringComparison.Ordinal);
    }

    /// <summary>The value of an option that there is not is no mistake of its own.</summary>
    [Fact]
    public async Task What_is_missing_or_too_much_is_named_once()
    {
        Assert.Equal(
            "<id> is missing: The client id.\nFor help: sso client show --help\n", (await sso.RunAsync("client", "show")).Error);
        Assert.Equal(
            "There is no option '--limt' here. Did you mean --limit?\nFor help: sso user list --help\n",
            (await sso.RunAsync("user", "list", "--limt", "3")).Error);
        Assert.Equal(
            "'b' is one word too many.\nFor help: sso client show --help\n", (await sso.RunAsync("client", "show", "a", "b")).Error);
    }

    [Theory]
    [InlineData(0, "0 mails")]
    [InlineData(1, "1 mail")]
    [InlineData(2, "2 mails")]
    public void One_thing_is_counted_as_one(int number, string sentence) => Assert.Equal(sentence, Counted.Of(number, "mail"));

    /// <summary>A number that somebody reads stands before a word that follows it.</summary>
    [Fact]
    public void No_sentence_of_a_command_or_of_the_doctor_counts_one_as_several()
    {
        var sentences = ((string[])["Commands", "Doctor"])
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "Sso.Server", folder), "*.cs"))
            .SelectMany(file => File.ReadLines(file).Where(line => Plural().IsMatch(line)).Select(line => line.Trim()))
            .Where(line => !Always.Any(part => line.Contains(part, StringComparison.Ordinal)));
        Assert.Empty(sentences);
    }

    /// <summary>Lengths of rules and of files, differences, and what stands beside the case of one.</summary>
    private static readonly string[] Always =
    [
        "policy.Shortest", "policy.LongestBytes", "difference.TotalSeconds", "value.Length", "{count} times",
        "{wrong} things",
    ];

    [GeneratedRegex(@"\$""[^""]*\{[^}""]*(?:[Cc]ount|Length|Seconds|[Dd]ays|Shortest|Bytes|Waiting|Seen|Uses|Lines|wrong)\} [a-z]+s\b")]
    private static partial Regex Plural();

    [Theory]
    [InlineData("client add a --name A --type toaster", "--type: ", "'web'")]
    [InlineData("client add a --name A --type web --grace soon", "--grace", "soon")]
    [InlineData("client add a --name A", "--type", "required")]
    [InlineData("client add a --type web --name", "--name", "argument")]
    public async Task What_is_wrong_with_an_option_is_told_with_its_name_on_one_line(string typed, string option, string problem)
    {
        var result = await sso.RunAsync(typed.Split(' '));

        Assert.Equal(2, result.Code);
        Assert.Contains(
            result.Error.Split('\n'),
            line => line.Contains(option, StringComparison.Ordinal) && line.Contains(problem, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("add")]
    [InlineData("set")]
    public async Task The_options_of_a_client_stand_in_groups_with_the_usual_ones_first(string command)
    {
        var help = (await sso.RunAsync("client", command, "--help")).Output;

        var groups = ClientOptionSet.Groups.Select(group => help.IndexOf($"{group.Title}:", StringComparison.Ordinal)).ToList();
        Assert.All(groups, position => Assert.NotEqual(-1, position));
        Assert.Equal(groups.Order(), groups);
        Assert.InRange(help.IndexOf("--redirect-uri", StringComparison.Ordinal), 1, groups[0]);
        Assert.All(
            ClientOptionSet.Groups.SelectMany(group => group.Options),
            option => Assert.Equal(2, help.Split($" {option.Name} ").Length + help.Split($" {option.Name}\n").Length - 1));
    }

    [Fact]
    public async Task The_version_is_told()
    {
        var result = await sso.RunAsync("--version");

        Assert.Equal(0, result.Code);
        Assert.Matches(@"\A\d+\.\d+\.\d+", result.Output);
    }

    [Fact]
    public async Task A_shell_is_told_what_could_come_next()
    {
        var commands = await sso.RunAsync("[suggest:3]", "cli");
        var options = await sso.RunAsync("[suggest:23]", "client add shop --redir");

        Assert.Equal("client", commands.Output.Trim());
        Assert.Equal("--redirect-uri", options.Output.Trim());
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task Each_shell_has_a_script_that_asks_the_program(string shell)
    {
        Assert.Contains("[suggest:", (await sso.RunAsync("completion", shell)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_lists_the_commands()
    {
        var result = await sso.RunAsync("--help");

        Assert.Equal(0, result.Code);
        Assert.All(
            (string[])["serve", "db", "client", "user", "key"],
            command => Assert.Contains(command, result.Output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_database_without_schema_ends_with_3_and_names_the_command_that_mends_it()
    {
        var folder = Directory.CreateTempSubdirectory("sso-test-");
        try
        {
            string[] settings =
            [
                "--Database:Provider=Sqlite",
                $"--Database:ConnectionString=Data Source={Path.Combine(folder.FullName, "new.db")};Pooling=False",
            ];

            var before = await CommandLine.RunOnAsync(settings, "", "client", "list");
            var migrated = await CommandLine.RunOnAsync(settings, "", "db", "migrate", "--json");
            var again = await CommandLine.RunOnAsync(settings, "", "db", "migrate");
            var after = await CommandLine.RunOnAsync(settings, "", "client", "list");

            Assert.Equal((3, 0, 0, 0), (before.Code, migrated.Code, again.Code, after.Code));
            Assert.Contains("sso db migrate", before.Error, StringComparison.Ordinal);
            Assert.NotEqual(0, migrated.Json.GetProperty("applied").GetArrayLength());
            Assert.Contains("up to date", again.Output, StringComparison.Ordinal);
            Assert.Contains("No client is registered", after.Output, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    [Spec("RFC 9470", "3")]
    public async Task The_catalogue_of_actions_is_listed_with_what_each_demands()
    {
        string[] settings = ["--Actions:payment.approve:Acr=urn:sso:acr:mfa", "--Actions:payment.approve:MaxAge=00:05:00"];
        var listed = await sso.RunAsync([.. settings, "action", "list", "--json"]);
        var action = listed.Json.EnumerateArray().Single(view => view.GetProperty("action").GetString() == "payment.approve");
        Assert.Equal(("urn:sso:acr:mfa", 300), (action.GetProperty("acr_values").GetString(), action.GetProperty("max_age").GetInt32()));
        Assert.Contains("payment.approve", (await sso.RunAsync([.. settings, "action", "list"])).Output, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("RFC 9396", "2")]
    public async Task The_types_of_authorization_details_are_listed_with_their_fields_and_a_wrong_one_is_named()
    {
        string[] settings =
        [
            "--AuthorizationTypes:0:Type=payment", "--AuthorizationTypes:0:English=make a payment",
            "--AuthorizationTypes:0:Fields:amount=string!",
        ];
        string[] right = [.. settings, "--AuthorizationTypes:0:Italian=fare un pagamento", "authorization-type", "list"];
        var type = (await sso.RunAsync([.. right, "--json"])).Json.EnumerateArray().Single();
        Assert.Equal(("payment", "amount"), (type.GetProperty("type").GetString(), type.GetProperty("fields")[0].GetString()));
        Assert.Contains("make a payment", (await sso.RunAsync(right)).Output, StringComparison.Ordinal);
        var wrong = await sso.RunAsync([.. settings, "authorization-type", "list"]);
        Assert.Equal(2, wrong.Code);
        Assert.Contains("AuthorizationTypes:0:Italian is missing", wrong.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PostgreSql", "Host=127.0.0.1;Port=9;Username=sso;Password=hunter2;Timeout=3")]
    [InlineData("SqlServer", "Server=127.0.0.1,9;User Id=sso;Password=hunter2;Connect Timeout=3;TrustServerCertificate=true")]
    [InlineData("Sqlite", "Data Source=/nowhere/at/all/sso.db")]
    public async Task An_absent_database_ends_with_3_and_one_sentence(string provider, string connectionString)
    {
        string[] settings = [$"--Database:Provider={provider}", $"--Database:ConnectionString={connectionString}"];

        foreach (var command in (string[][])[["db", "migrate"], ["user", "list"]])
        {
            var result = await CommandLine.RunOnAsync(settings, "", command);

            Assert.Equal(3, result.Code);
            Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", result.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("--Database:Provider=Oracle", "Database:Provider")]
    [InlineData("--Database:Provider=PostgreSql", "Database:ConnectionString")]
    public async Task A_wrong_setting_ends_with_2_and_is_named(string setting, string name)
    {
        var result = await CommandLine.RunOnAsync([setting], "", "client", "list");

        Assert.Equal(2, result.Code);
        Assert.Contains(name, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_are_listed_and_rotated()
    {
        // A database of its own: the other tests make keys as well, and it begins with none. A clock that stands: what was announced for
        // five seconds later must not sign yet when it is listed, however long the commands take.
        var fresh = new CommandLine { Clock = new FakeClock() };
        await fresh.InitializeAsync();
        await using var cleanUp = fresh;
        var before = await fresh.RunAsync("key", "list");
        var first = await fresh.RunAsync("key", "rotate", "--json");
        var second = await fresh.RunAsync("key", "rotate", "--now");
        var after = await fresh.RunAsync("key", "list", "--json");

        Assert.Contains("no signing key yet", before.Output, StringComparison.Ordinal);
        var algorithms = SigningAlgorithms.All.Count;
        Assert.Equal(algorithms, first.Json.GetProperty("successors").GetArrayLength());
        Assert.Equal((0, 0), (first.Code, second.Code));
        // The successors sign when no cached key set is without them.
        Assert.Equal(
            [("active", algorithms), ("announced", algorithms)],
            after.Json.EnumerateArray().CountBy(key => key.GetProperty("state").GetString()!)
                .Select(pair => (pair.Key, pair.Value)).Order());
        Assert.DoesNotContain("private", after.Output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Keys_are_not_rotated_under_another_passphrase()
    {
        await sso.RunAsync("key", "rotate");
        var other = Path.Combine(sso.Database.Folder, "other-passphrase");
        await File.WriteAllTextAsync(other, "another passphrase altogether");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(other, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var result = await sso.RunAsync("key", "rotate", "--now", $"--Secrets:PassphraseFile={other}");

        Assert.Equal((2, ""), (result.Code, result.Output));
        Assert.Contains("Secrets:PassphraseFile", result.Error, StringComparison.Ordinal);
    }

    /// <summary>A file of Linux that is there and fails while it is read, as a disk does.</summary>
    [Theory]
    [InlineData("client add broken --name Broken --type machine --auth private_key_jwt --jwks")]
    [InlineData("user import")]
    [InlineData("apply")]
    public async Task A_file_that_fails_while_it_is_read_is_said(string command)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There is no such file on this system.");
        var result = await sso.RunAsync([.. command.Split(' '), "/proc/self/mem"]);

        Assert.Equal((2, ""), (result.Code, result.Output));
        Assert.Contains("The file cannot be read: ", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Sso:Issuer=https://a client list", "--Sso:Issuer=https://a", "client list")]
    [InlineData("client --Database:Provider Sqlite list", "--Database:Provider Sqlite", "client list")]
    [InlineData("client add --redirect-uri:https://a --name x", "", "client add --redirect-uri:https://a --name x")]
    [InlineData("serve --urls=http://localhost:1", "", "serve --urls=http://localhost:1")]
    public void Settings_are_told_from_options(string typed, string settings, string words)
    {
        var split = CommandLineSettings.Split(typed.Split(' '));

        Assert.Equal((settings, words), (string.Join(' ', split.Settings), string.Join(' ', split.Words)));
    }
}
