using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Commands;

/// <summary><c>sso client preview</c>: what the console shows of tokens, at the command line.</summary>
public sealed class ClientPreviewCommandTests(CommandLine sso) : IClassFixture<CommandLine>
{
    [Fact]
    public async Task It_shows_what_would_be_told_and_leaves_nothing_but_its_record()
    {
        await AddAsync("vetrina", "vera");

        var shown = await sso.RunAsync("client", "preview", "vetrina", "--user", "vera", "--scope", "openid email", "--json");

        Assert.Equal((0, ""), (shown.Code, shown.Error));
        var (subject, access) = (shown.Json.GetProperty("sub").GetString(), shown.Json.GetProperty("access_token"));
        Assert.Equal("email openid", shown.Json.GetProperty("scopes").GetString());
        Assert.Equal(
            ("https://sso.test", "vetrina", subject),
            (access.GetProperty("iss").GetString(), access.GetProperty("client_id").GetString(), access.GetProperty("sub").GetString()));
        Assert.Equal("vetrina", shown.Json.GetProperty("id_token").GetProperty("aud").GetString());
        Assert.Equal("vera@example.it", shown.Json.GetProperty("user_info").GetProperty("email").GetString());
        Assert.DoesNotMatch("eyJ[A-Za-z0-9_-]+\\.", shown.Output);
        await using var database = sso.Database.Open();
        var person = Guid.Parse(subject!);
        Assert.False(await database.Sessions.AnyAsync(row => row.PersonId == person));
        Assert.False(await database.Grants.AnyAsync(row => row.PersonId == person));
        var recorded = Assert.Single(
            await database.SecurityEvents.Where(item => item.PersonId == person && item.Detail == "token preview").ToListAsync());
        Assert.Equal((SecurityEventKind.PersonRead, "vetrina"), (recorded.Kind, recorded.ClientId));
        Assert.StartsWith("command:", recorded.Actor, StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_read_it_in_parts_with_all_scopes_if_none_is_named()
    {
        await AddAsync("bancone", "bea");
        var shown = await sso.RunAsync("client", "preview", "bancone", "--user", "bea");
        Assert.Equal((0, ""), (shown.Code, shown.Error));
        foreach (var part in (string[])["ID token", "Access token", "Userinfo", "\"email\": \"bea@example.it\"", "\"preferred_username\""])
        {
            Assert.Contains(part, shown.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_verdict_of_the_gate_stands_above_what_the_tokens_would_hold()
    {
        await AddAsync("banco", "berta");
        var shown = await sso.RunAsync("client", "preview", "banco", "--user", "berta", "--scope", "openid");
        Assert.Equal((0, ""), (shown.Code, shown.Error));
        var verdict = shown.Output.IndexOf("They would get in only after these steps.", StringComparison.Ordinal);
        Assert.InRange(verdict, 0, shown.Output.IndexOf("Tokens and userinfo, if the sign-in succeeded", StringComparison.Ordinal));
        Assert.Contains("Set up a second factor", shown.Output, StringComparison.Ordinal);
        Assert.Contains("sso simulate --user", shown.Output, StringComparison.Ordinal);
        var told = (await sso.RunAsync("client", "preview", "banco", "--user", "berta", "--scope", "openid", "--json")).Json;
        Assert.Equal("let-in-after", told.GetProperty("verdict").GetString());
        Assert.Equal(
            ["new-second-factor", "recovery-codes"], told.GetProperty("steps").EnumerateArray().Select(step => step.GetString()));

        await ChangeAsync("berta", person => person.SetProperty(row => row.PasswordHash, (string?)null));
        shown = await sso.RunAsync("client", "preview", "banco", "--user", "berta", "--scope", "openid");
        Assert.Equal((0, ""), (shown.Code, shown.Error));
        Assert.Contains("they have neither a password nor a passkey", shown.Output, StringComparison.Ordinal);
        Assert.Contains("Access token", shown.Output, StringComparison.Ordinal);

        await ChangeAsync("berta", person => person.SetProperty(row => row.DisabledAt, DateTimeOffset.UnixEpoch));
        shown = await sso.RunAsync("client", "preview", "banco", "--user", "berta", "--scope", "openid");
        Assert.Equal((1, ""), (shown.Code, shown.Error));
        Assert.Contains("the account is disabled", shown.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Access token", shown.Output, StringComparison.Ordinal);
        told = (await sso.RunAsync("client", "preview", "banco", "--user", "berta", "--scope", "openid", "--json")).Json;
        Assert.Equal(("disabled", false), (told.GetProperty("verdict").GetString(), told.TryGetProperty("access_token", out _)));
    }

    [Fact]
    public async Task Who_or_what_there_is_not_is_said_and_nothing_shown()
    {
        await AddAsync("cassa", "carla");
        foreach (var (id, who, scope, sentence) in (List<(string, string, string, string)>)
            [
                ("nessuna", "carla", "openid", "There is no client 'nessuna'"),
                ("cassa", "nessuno", "openid", "nessuno"),
                ("cassa", "carla", "openid sso.people.read", "may not ask for these"),
            ])
        {
            var refused = await sso.RunAsync("client", "preview", id, "--user", who, "--scope", scope);
            Assert.Equal((1, ""), (refused.Code, refused.Output));
            Assert.Contains(sentence, refused.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_simulation_names_the_rule_behind_each_step_and_where_it_is_set()
    {
        await AddAsync("regole", "rina");
        var shown = await sso.RunAsync("simulate", "--user", "rina", "--client", "regole", "--json");
        Assert.Equal((0, ""), (shown.Code, shown.Error));
        var steps = shown.Json.GetProperty("steps").EnumerateArray().ToList();
        Assert.Equal(
            ["first-proof", "second-factor-of-everybody", "recovery-codes", "second-factor-of-everybody"],
            steps.Select(step => step.GetProperty("rule").GetString()));
        Assert.Contains(
            "sso client set regole --second-factor", steps[1].GetProperty("because").GetString(), StringComparison.Ordinal);
        Assert.Contains(
            "regole demands a second factor of everybody",
            (await sso.RunAsync("simulate", "--user", "rina", "--client", "regole")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_simulation_says_what_to_do_for_somebody_who_has_no_password()
    {
        await AddAsync("senza", "sara");
        await using (var database = sso.Database.Open())
        {
            await database.Users.Where(person => person.UserName == "sara")
                .ExecuteUpdateAsync(set => set.SetProperty(person => person.PasswordHash, (string?)null)
                    .SetProperty(person => person.EmailConfirmed, true));
        }

        var shown = await sso.RunAsync("simulate", "--user", "sara", "--client", "senza");
        Assert.Equal((0, ""), (shown.Code, shown.Error));
        Assert.Contains("neither a password nor a passkey", shown.Output, StringComparison.Ordinal);
        Assert.Contains("sso user send-password-link sara", shown.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("gets its tokens", shown.Output, StringComparison.Ordinal);
        Assert.Contains(
            "sso user send-password-link sara", (await sso.RunAsync("user", "show", "sara")).Output, StringComparison.Ordinal);
    }

    private async Task ChangeAsync(string user, Action<UpdateSettersBuilder<Person>> change)
    {
        await using var database = sso.Database.Open();
        await database.Users.Where(person => person.UserName == user).ExecuteUpdateAsync(change);
    }

    private async Task AddAsync(string client, string user)
    {
        var added = await sso.RunAsync(
            "client", "add", client, "--name", client, "--type", "web", "--redirect-uri", $"https://{client}.example/cb", "--json");
        Assert.Equal((0, ""), (added.Code, added.Error));
        added = await sso.RunWithInputAsync(
            SsoServer.Password + "\n",
            "user", "add", user, "--email", $"{user}@example.it", "--email-verified", "--password-stdin", "--json");
        Assert.Equal((0, ""), (added.Code, added.Error));
    }
}
