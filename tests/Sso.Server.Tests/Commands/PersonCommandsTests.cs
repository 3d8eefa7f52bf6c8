using Microsoft.EntityFrameworkCore;
using Sso.Data.Administrators;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Commands;

public sealed class PersonCommandsTests(CommandLine sso) : IClassFixture<CommandLine>
{
    [Fact]
    public async Task A_password_comes_from_standard_input()
    {
        var added = await sso.RunWithInputAsync(
            "limone barca stella\n", "user", "add", "anna", "--email", "anna@example.com",
            "--given-name", "Anna", "--family-name", "Bianchi", "--password-stdin", "--json");

        Assert.Equal((0, ""), (added.Code, added.Error));
        Assert.Equal("anna", added.Json.GetProperty("user_name").GetString());
        Assert.Equal("Anna Bianchi", added.Json.GetProperty("name").GetString());
        Assert.DoesNotContain("password", added.Output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact, Spec("S1"), Spec("S4")]
    public async Task The_password_policy_is_exported_with_its_list_and_the_reason_for_its_floor()
    {
        Assert.Equal(8, (await sso.RunAsync("password-policy", "--json")).Json.GetProperty("shortest").GetInt32());
        await sso.RunAsync(
            "client", "add", "kiosk", "--name", "Kiosk", "--type", "web",
            "--redirect-uri", "https://kiosk.example/cb", "--second-factor", "none");

        var policy = (await sso.RunAsync("password-policy", "--json")).Json;
        var refused = await sso.RunWithInputAsync(
            "gattomarino bl", "user", "add", "kim", "--email", "kim@example.com", "--password-stdin", "--json");
        await sso.RunAsync("client", "remove", "kiosk");

        Assert.Equal(15, policy.GetProperty("shortest").GetInt32());
        Assert.Equal("kiosk", policy.GetProperty("clients_that_take_password_alone")[0].GetString());
        Assert.True(policy.GetProperty("list_size").GetInt32() >= 3000);
        Assert.NotEmpty(policy.GetProperty("list_version").GetString()!);
        Assert.Contains("fewer than 15", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_events_of_a_person_are_listed_the_newest_first_and_reading_them_is_one()
    {
        await sso.RunAsync("db", "migrate");
        await sso.RunWithInputAsync("limone barca stella", "user", "add", "elsa", "--email", "elsa@example.com", "--password-stdin");
        await sso.RunAsync("user", "disable", "elsa");

        var listed = await sso.RunAsync("user", "events", "elsa", "--json");
        var table = await sso.RunAsync("user", "events", "elsa");
        var newest = await sso.RunAsync("user", "events", "elsa", "--limit", "1", "--json");
        var nobody = await sso.RunAsync("user", "events", "nobody");

        Assert.Equal(
            ["disabled", "added"],
            listed.Json.EnumerateArray().Where(item => item.GetProperty("kind").GetString() == "person-changed")
                .Select(item => item.GetProperty("detail").GetString()));
        Assert.StartsWith("command:", listed.Json[0].GetProperty("actor").GetString(), StringComparison.Ordinal);
        Assert.Contains("person-read", table.Output, StringComparison.Ordinal);
        Assert.Single(newest.Json.EnumerateArray());
        Assert.Equal(1, nobody.Code);
    }

    [Fact, Spec("S139")]
    public async Task A_person_is_deleted_only_when_the_name_is_given_twice()
    {
        await sso.RunAsync("db", "migrate");
        await sso.RunWithInputAsync("limone barca stella", "user", "add", "dora", "--email", "dora@example.com", "--password-stdin");

        var asked = await sso.RunAsync("user", "delete", "dora");
        var mistyped = await sso.RunAsync("user", "delete", "dora", "--confirm", "doro");
        Assert.Equal((2, 2), (asked.Code, mistyped.Code));
        Assert.Contains("--confirm dora", asked.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await sso.RunAsync("user", "show", "dora")).Code);

        Assert.Equal(0, (await sso.RunAsync("user", "delete", "dora", "--confirm", "dora")).Code);

        Assert.Equal(1, (await sso.RunAsync("user", "show", "dora")).Code);
        Assert.Equal(0, (await sso.RunWithInputAsync(
            "limone barca stella", "user", "add", "dora", "--email", "dora@example.com", "--password-stdin")).Code);
    }

    [Fact, Spec("S139")]
    public async Task An_account_that_its_owner_wants_deleted_is_shown_with_the_day()
    {
        await sso.RunWithInputAsync("limone barca stella", "user", "add", "elsa", "--email", "elsa@example.com", "--password-stdin");
        Assert.DoesNotContain("deleted", (await sso.RunAsync("user", "show", "elsa")).Output, StringComparison.Ordinal);
        var due = new DateTimeOffset(2031, 5, 4, 12, 30, 0, TimeSpan.Zero);
        await using (var database = sso.Database.Open())
        {
            var id = (await database.Users.SingleAsync(person => person.UserName == "elsa")).Id;
            database.AccountDeletions.Add(new() { PersonId = id, RequestedAt = due.AddDays(-14), DueAt = due, Language = "it" });
            await database.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        var (forPeople, forScripts) = (await sso.RunAsync("user", "show", "elsa"), await sso.RunAsync("user", "show", "elsa", "--json"));

        Assert.Contains("2031-05-04 12:30 UTC", forPeople.Output, StringComparison.Ordinal);
        Assert.Equal(due, forScripts.Json.GetProperty("deletion_due_at").GetDateTimeOffset());
    }

    [Fact]
    public async Task There_is_no_option_for_a_password()
    {
        var added = await sso.RunAsync("user", "add", "bo", "--email", "bo@example.com", "--password", "limone barca stella");

        Assert.Equal(2, added.Code);
    }

    [Fact]
    public async Task Without_terminal_and_without_input_the_command_says_how_to_give_the_password()
    {
        var without = await sso.RunAsync("user", "add", "bo", "--email", "bo@example.com");
        var empty = await sso.RunAsync("user", "add", "bo", "--email", "bo@example.com", "--password-stdin");

        Assert.Equal((2, 2), (without.Code, empty.Code));
        Assert.Contains("--password-stdin", without.Error, StringComparison.Ordinal);
        Assert.Contains("no password", empty.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_is_listed_shown_unlocked_changed_disabled_and_enabled()
    {
        await sso.RunWithInputAsync("limone barca stella", "user", "add", "carla", "--email", "carla@example.com", "--password-stdin");

        Assert.Contains("carla@example.com", (await sso.RunAsync("user", "list", "--search", "carl")).Output, StringComparison.Ordinal);
        Assert.Contains("not verified", (await sso.RunAsync("user", "show", "carla")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await sso.RunAsync("user", "unlock", "carla@example.com")).Code);
        Assert.Equal(0, (await sso.RunWithInputAsync("un'altra frase", "user", "set-password", "carla", "--password-stdin")).Code);
        Assert.True((await sso.RunAsync("user", "disable", "carla", "--json")).Json.TryGetProperty("disabled_at", out _));
        Assert.Contains("disabled since", (await sso.RunAsync("user", "show", "carla")).Output, StringComparison.Ordinal);
        Assert.False((await sso.RunAsync("user", "enable", "carla", "--json")).Json.TryGetProperty("disabled_at", out _));
    }

    [Fact]
    public async Task The_id_of_another_system_is_set_shown_and_taken_away_of_an_administrator_too()
    {
        await AddAsync("rita");
        await AddAsync("sara");
        await using (var database = sso.Database.Open())
        {
            var rita = await database.Users.SingleAsync(person => person.UserName == "rita");
            database.Administrators.Add(new()
            {
                PersonId = rita.Id,
                Role = AdministratorRole.HelpDesk,
                CreatedAt = DateTimeOffset.UnixEpoch,
                CreatedBy = "command:test",
            });
            await database.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal("C-1", (await SetAsync("rita", "C-1", "--json")).Json.GetProperty("external_id").GetString());
        Assert.Contains("C-1", (await sso.RunAsync("user", "show", "rita")).Output, StringComparison.Ordinal);
        Assert.Equal(1, (await SetAsync("sara", "C-1")).Code);
        Assert.Equal(1, (await SetAsync("sara", " C-2")).Code);
        Assert.Equal((2, 2), ((await SetAsync("sara")).Code, (await SetAsync("sara", "C-2", "--none")).Code));

        Assert.Equal(0, (await SetAsync("rita", "--none")).Code);
        Assert.DoesNotContain("External id", (await sso.RunAsync("user", "show", "rita")).Output, StringComparison.Ordinal);
        var events = (await sso.RunAsync("user", "events", "rita", "--json")).Json.EnumerateArray()
            .Where(item => item.GetProperty("kind").GetString() == "person-changed").ToList();
        Assert.Equal(
            ["described anew", "described anew", "added"], events.Select(item => item.GetProperty("detail").GetString()));
        await using var after = sso.Database.Open();
        var changes = await after.SecurityEvents.Where(item => item.Detail == "described anew").Select(item => item.Changes).ToListAsync();
        Assert.All(changes, change => Assert.Equal("""{"fields":["external_id"]}""", change));

        Task<CommandResult> SetAsync(params string[] arguments) => sso.RunAsync(["user", "set-external-id", .. arguments]);

        Task AddAsync(string name) => sso.RunWithInputAsync(
            "limone barca stella", "user", "add", name, "--email", $"{name}@example.com", "--name", name, "--password-stdin");
    }

    [Fact]
    public async Task A_person_is_found_by_a_whole_number()
    {
        var file = Path.Combine(sso.Database.Folder, "numbers.jsonl");
        await File.WriteAllTextAsync(file, """{"user_name":"lia","email":"lia@example.com","phone":"+393490000001"}""");
        Assert.Equal(0, (await sso.RunAsync("user", "import", file, "--phones-verified")).Code);

        var found = await sso.RunAsync("user", "list", "--phone", "349 0000001", "--json");
        Assert.Equal((0, ""), (found.Code, found.Error));
        Assert.Equal("lia", Assert.Single(found.Json.EnumerateArray()).GetProperty("user_name").GetString());
        Assert.Empty((await sso.RunAsync("user", "list", "--phone", "+393490000002", "--json")).Json.EnumerateArray());
        var refused = await sso.RunAsync("user", "list", "--phone", "349");
        Assert.Equal(1, refused.Code);
        Assert.Contains("no phone number", refused.Error, StringComparison.Ordinal);
        Assert.Equal(2, (await sso.RunAsync("user", "list", "--phone", "+393490000001", "--search", "lia")).Code);
    }

    [Theory]
    [InlineData("show")]
    [InlineData("unlock")]
    [InlineData("sign-out")]
    [InlineData("disable")]
    [InlineData("enable")]
    public async Task An_unknown_person_is_refused(string command)
    {
        var result = await sso.RunAsync("user", command, "nobody");

        Assert.Equal(1, result.Code);
        Assert.Contains("There is no person 'nobody'", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_takes_a_file_and_ends_with_an_error_when_a_line_was_refused()
    {
        await sso.RunAsync("db", "migrate");
        var file = Path.Combine(sso.Database.Folder, "people.jsonl");
        await File.WriteAllLinesAsync(file, ["""{"user_name":"ivo","email":"ivo@example.com"}""", """{"user_name":"iva"}"""]);

        Assert.False((await sso.RunAsync("user", "import", file, "--json")).Json.GetProperty("written").GetBoolean());
        var result = await sso.RunAsync("user", "import", file, "--skip-refused", "--json");

        Assert.Equal(1, result.Code);
        Assert.Equal(1, result.Json.GetProperty("imported").GetInt32());
        Assert.Equal(2, result.Json.GetProperty("problems")[0].GetProperty("line").GetInt32());
        Assert.Equal(
            "ivo@example.com",
            (await sso.RunAsync("user", "show", "ivo", "--json")).Json.GetProperty("person").GetProperty("email").GetString());
        Assert.Equal(2, (await sso.RunAsync("user", "import", file + ".absent")).Code);
    }
}
