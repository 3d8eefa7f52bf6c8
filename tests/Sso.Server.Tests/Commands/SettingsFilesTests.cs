using System.Runtime.Versioning;
using Sso.Server.Commands;
using Sso.Server.Operations;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Commands;

/// <summary>
/// A file of settings that cannot be read ends the server, the doctor and every other command in a sentence that names it: it ended some of
/// them in a stack trace.
/// </summary>
[OneDatabase]
public sealed class SettingsFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sso-test-").FullName;

    private string SettingsFile => Path.Combine(_folder, "appsettings.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1, "serve")]
    [InlineData(1, "doctor")]
    [InlineData(2, "client", "list")]
    public async Task A_link_that_leads_nowhere_is_named(int code, params string[] command)
    {
        File.CreateSymbolicLink(SettingsFile, Path.Combine(_folder, "nowhere.json"));
        await EndsAsync(command, code, "The settings cannot be read", SettingsFile);
    }

    [Theory]
    [InlineData(1, "serve")]
    [InlineData(1, "doctor")]
    [InlineData(2, "client", "list")]
    [UnsupportedOSPlatform("windows")]
    public async Task A_file_that_this_account_may_not_read_is_named_with_the_account(int code, params string[] command)
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "root may read every file");
        await File.WriteAllTextAsync(SettingsFile, "{}", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(SettingsFile, UnixFileMode.None);
        await EndsAsync(command, code, SettingsFile, $"This command runs as {Environment.UserName}");
    }

    /// <summary>Nobody wrote the name of that file: the program looks for it by itself.</summary>
    [Fact]
    public void Another_file_is_proposed_only_where_another_one_can_be_named()
    {
        var noRight = new UnauthorizedAccessException($"Access to the path '{SettingsFile}' is denied.");

        var ofSettings = Assert.Throws<SettingsException>(() => SettingsFiles.Read<object>(() => throw noRight)).Message;

        Assert.EndsWith("let that account at the file and its folder.", ofSettings, StringComparison.Ordinal);
        Assert.EndsWith("or name another file.", SecretsRules.Unreadable("passphrase", noRight), StringComparison.Ordinal);
    }

    /// <summary>Lines are counted from 1, as editors do.</summary>
    [Theory]
    [InlineData(1, "serve")]
    [InlineData(1, "doctor")]
    [InlineData(2, "client", "list")]
    public async Task A_file_that_is_no_JSON_is_named_with_the_line(int code, params string[] command)
    {
        await File.WriteAllTextAsync(SettingsFile, "{\n  \"A\": 1,\n  \"B\" 2\n}\n", TestContext.Current.CancellationToken);
        await EndsAsync(command, code, SettingsFile, "Line 3: '2' is invalid after a property name.");
    }

    [Fact]
    public async Task A_setting_that_stands_there_twice_is_named()
    {
        await File.WriteAllTextAsync(SettingsFile, "{ \"A\": 1, \"a\": 2 }", TestContext.Current.CancellationToken);
        await EndsAsync(["client", "list"], 2, SettingsFile, "'a'");
    }

    private async Task EndsAsync(string[] command, int code, params string[] words)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var terminal = new CommandTerminal(TextReader.Null, output, error, IsInputRedirected: true, TimeProvider.System)
        {
            Folder = _folder,
        };

        Assert.Equal(code, await SsoCommand.InvokeAsync(command, terminal, TestContext.Current.CancellationToken));
        var said = output.ToString() + error;
        Assert.All(words, word => Assert.Contains(word, said, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }
}
