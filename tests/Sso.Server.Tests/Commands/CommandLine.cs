using System.Text.Json;
using Sso.Server.Commands;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Commands;

/// <summary>The program <c>sso</c> in this process, on a fresh database, without a terminal.</summary>
public sealed class CommandLine : IAsyncLifetime
{
    private TestDatabase? _database;

    public TestDatabase Database => _database!;

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        var passphrase = Path.Combine(_database.Folder, "passphrase");
        await File.WriteAllTextAsync(passphrase, "a passphrase of the tests");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(passphrase, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    public ValueTask DisposeAsync() => _database!.DisposeAsync();

    public Task<CommandResult> RunAsync(params string[] arguments) => RunWithInputAsync("", arguments);

    public Task<CommandResult> RunWithInputAsync(string input, params string[] arguments) =>
        RunOnAsync(Clock, Settings, input, arguments);

    /// <summary>By somebody who types this when asked.</summary>
    public Task<CommandResult> RunAtTerminalAsync(string typed, params string[] arguments) =>
        RunAsync(Clock, isInputRedirected: false, typed, [.. Settings, .. arguments]);

    private string[] Settings =>
    [
        $"--Database:Provider={Database.Provider}",
        $"--Database:ConnectionString={Database.ConnectionString}",
        $"--Secrets:PassphraseFile={Path.Combine(Database.Folder, "passphrase")}",
        "--Sso:Issuer=https://sso.test",
    ];

    public static Task<CommandResult> RunOnAsync(string[] settings, string input, params string[] arguments) =>
        RunOnAsync(TimeProvider.System, settings, input, arguments);

    /// <summary>At the time of a server whose clock a test moves.</summary>
    public static Task<CommandResult> RunOnAsync(TimeProvider clock, string[] settings, string input, params string[] arguments) =>
        RunAsync(clock, isInputRedirected: true, input, [.. settings, .. arguments]);

    /// <summary>Until somebody presses Ctrl-C.</summary>
    public static Task<CommandResult> RunUntilAsync(
        CancellationTokenSource stop, TimeProvider clock, string[] settings, params string[] arguments) =>
        RunAsync(clock, isInputRedirected: true, "", [.. settings, .. arguments], stop.Token);

    private static async Task<CommandResult> RunAsync(
        TimeProvider clock, bool isInputRedirected, string input, string[] arguments, CancellationToken? stop = null)
    {
        using var reader = new StringReader(input);
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var terminal = new CommandTerminal(reader, output, error, isInputRedirected, clock);
        using var slowWork = new SlowWorkGuard();
        var code = await slowWork.RunAsync(
            () => SsoCommand.InvokeAsync(arguments, terminal, stop ?? TestContext.Current.CancellationToken));
        slowWork.Verify();
        return new(code, output.ToString(), error.ToString());
    }
}

/// <summary>What a command did.</summary>
public sealed record CommandResult(int Code, string Output, string Error)
{
    public JsonElement Json => JsonElement.Parse(Output);

    public JsonElement ErrorJson => JsonElement.Parse(Error);
}
