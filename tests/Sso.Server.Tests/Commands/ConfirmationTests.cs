using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Commands;

/// <summary>What nobody can bring back is deleted at a terminal only by somebody who types its name; a script has written it.</summary>
[OneDatabase]
public sealed class ConfirmationTests(CommandLine sso) : IClassFixture<CommandLine>
{
    public static TheoryData<string, string> Removals => new()
    {
        { "client remove", "client add {0} --name Shop --type spa --redirect-uri https://shop.example/cb" },
        { "resource remove", "resource add {0} --name Orders --scope orders.read" },
        { "brand remove", "brand add {0} --name Nuvola --accent #f58220" },
    };

    [Theory]
    [MemberData(nameof(Removals))]
    public async Task At_a_terminal_the_name_is_asked_for_and_anything_else_removes_nothing(string remove, string add)
    {
        var id = remove.StartsWith("resource", StringComparison.Ordinal) ? "https://asked.example" : "asked";
        await DoAsync(add, id);

        var other = await sso.RunAtTerminalAsync("yes\n", [.. remove.Split(' '), id]);
        Assert.Equal(2, other.Code);
        Assert.Contains($"type {id}: ", other.Error, StringComparison.Ordinal);
        Assert.Contains("Nothing was removed.", other.Error, StringComparison.Ordinal);

        Assert.Equal(0, (await sso.RunAtTerminalAsync($"{id}\n", [.. remove.Split(' '), id])).Code);
        Assert.Equal(1, (await sso.RunAsync([.. remove.Split(' '), id])).Code);
    }

    [Theory]
    [MemberData(nameof(Removals))]
    public async Task A_script_is_not_asked_and_neither_is_whoever_says_so_beforehand(string remove, string add)
    {
        var id = remove.StartsWith("resource", StringComparison.Ordinal) ? "https://unasked.example" : "unasked";
        await DoAsync(add, id);
        Assert.Equal((0, ""), Outcome(await sso.RunAsync([.. remove.Split(' '), id])));
        await DoAsync(add, id);
        Assert.Equal((0, ""), Outcome(await sso.RunAtTerminalAsync("", [.. remove.Split(' '), id, "--yes"])));
        await DoAsync(add, id);
        Assert.Equal((0, ""), Outcome(await sso.RunAtTerminalAsync("", [.. remove.Split(' '), id, "--json"])));

        static (int Code, string Error) Outcome(CommandResult result) => (result.Code, result.Error);
    }

    /// <summary>Without a terminal these still want their option, as scripts know it.</summary>
    [Fact]
    public async Task A_person_and_every_session_end_at_a_terminal_by_the_same_question()
    {
        Assert.Equal(0, (await sso.RunWithInputAsync(
            "limone barca stella", "user", "add", "dora", "--email", "dora@example.com", "--password-stdin")).Code);

        Assert.Equal(2, (await sso.RunAtTerminalAsync("doro\n", "user", "delete", "dora")).Code);
        Assert.Equal(0, (await sso.RunAtTerminalAsync("dora\n", "user", "delete", "dora")).Code);
        Assert.Equal(2, (await sso.RunAtTerminalAsync("no\n", "key", "renew")).Code);
        Assert.Equal(2, (await sso.RunAsync("key", "renew")).Code);
    }

    private async Task DoAsync(string command, string id)
    {
        var result = await sso.RunAsync(string.Format(null, command, id).Split(' '));
        Assert.True(result.Code == 0, result.Error);
    }
}
