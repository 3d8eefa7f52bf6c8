using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Operations;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Commands;

public sealed partial class ClientSetCommandTests(CommandLine sso) : IClassFixture<CommandLine>
{
    /// <summary>What a client is, what makes the subjects of its people, and what only proposes the rest.</summary>
    private static readonly string[] Fixed = ["--type", "--pairwise", "--sector-identifier-uri", "--stack", "--url"];

    [Fact]
    public async Task Whatever_can_be_said_of_a_new_client_can_be_changed_later_but_for_what_makes_it_another()
    {
        var add = OptionsIn((await sso.RunAsync("client", "add", "--help")).Output);
        var set = OptionsIn((await sso.RunAsync("client", "set", "--help")).Output);

        Assert.True(add.Count > 30);
        Assert.Equal(add.Except(Fixed), set);
    }

    [Fact]
    public async Task What_is_given_changes_and_what_is_left_out_stays()
    {
        await sso.RunAsync("resource", "add", "https://api.example/stock", "--name", "Stock", "--scope", "stock");
        await sso.RunAsync(
            "client", "add", "desk", "--name", "Desk", "--type", "web", "--redirect-uri",
            "https://desk.example/cb", "--scope", "phone", "--grace", "3", "--require-par");
        var before = (await sso.RunAsync("client", "show", "desk", "--json")).Json;

        var changed = await sso.RunAsync(
            "client", "set", "desk", "--ciba", "--exchange-for", "https://api.example/stock", "--id-token-alg", "ES256", "--grace", "0",
            "--backchannel-logout-uri", "https://desk.example/out", "--json");

        Assert.Equal((0, ""), (changed.Code, changed.Error));
        var after = (await sso.RunAsync("client", "show", "desk", "--json")).Json;
        Assert.Equal(after.ToString(), changed.Json.ToString());
        var grants = after.GetProperty("grant_types").EnumerateArray().Select(grant => grant.GetString()).ToList();
        Assert.Contains("urn:openid:params:grant-type:ciba", grants);
        Assert.Contains("urn:ietf:params:oauth:grant-type:token-exchange", grants);
        Assert.Equal(
            ("ES256", 0), (after.GetProperty("id_token_signing_algorithm").GetString(), after.GetProperty("grace_sign_ins").GetInt32()));
        Assert.All(
            (string[])["name", "type", "redirect_uris", "scopes", "requires_pushed_requests", "second_factor", "secrets", "created_at"],
            field => Assert.Equal(before.GetProperty(field).ToString(), after.GetProperty(field).ToString()));
    }

    [Fact]
    public async Task A_switch_takes_false_and_nothing_takes_a_value_or_a_list_away()
    {
        await sso.RunAsync(
            "client", "add", "till", "--name", "Till", "--type", "web",
            "--redirect-uri", "https://till.example/cb", "--scope", "phone", "--ciba",
            "--no-pkce", "--post-logout-redirect-uri", "https://till.example/", "--initiate-login-uri", "https://till.example/start");

        var changed = (await sso.RunAsync(
            "client", "set", "till", "--ciba", "false", "--no-pkce", "false",
            "--post-logout-redirect-uri", "", "--initiate-login-uri", "", "--scope", "", "--json")).Json;

        Assert.DoesNotContain("ciba", changed.GetProperty("grant_types").ToString(), StringComparison.Ordinal);
        Assert.True(changed.GetProperty("require_pkce").GetBoolean());
        Assert.Equal(0, changed.GetProperty("post_logout_redirect_uris").GetArrayLength());
        Assert.False(changed.TryGetProperty("initiate_login_uri", out _));
        Assert.DoesNotContain("phone", changed.GetProperty("scopes").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    [Spec("OIDC Core", "5.4")]
    public async Task Whether_ID_tokens_tell_who_the_person_is_can_be_said_shown_and_taken_back()
    {
        var added = await sso.RunAsync(
            "client", "add", "cluster", "--name", "Cluster", "--type", "web",
            "--redirect-uri", "https://cluster.example/cb", "--id-token-claims");
        Assert.Contains("Its ID tokens tell name and e-mail", added.Output, StringComparison.Ordinal);
        Assert.Contains("what the scopes bring", (await sso.RunAsync("client", "show", "cluster")).Output, StringComparison.Ordinal);

        var changed = (await sso.RunAsync("client", "set", "cluster", "--id-token-claims", "false", "--json")).Json;
        Assert.False(changed.GetProperty("id_token_claims").GetBoolean());
        var machine = await sso.RunAsync("client", "add", "robot", "--name", "Robot", "--type", "machine", "--id-token-claims");
        Assert.Contains("it has no ID tokens", machine.Error, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("S95")]
    public async Task A_client_moves_from_its_secret_to_a_key_and_not_back()
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.CreateVersion7():N}.json");
        await File.WriteAllTextAsync(file, ClientKey.SetOf(new ClientKey("ES256")), TestContext.Current.CancellationToken);
        await sso.RunAsync("client", "add", "mover", "--name", "Mover", "--type", "web", "--redirect-uri", "https://mover.example/cb");

        var moved = await sso.RunAsync("client", "set", "mover", "--auth", "private_key_jwt", "--jwks", file, "--json");

        Assert.Equal(
            ("private_key_jwt", 0),
            (moved.Json.GetProperty("authentication_method").GetString(), moved.Json.GetProperty("secrets").GetInt32()));
        Assert.Contains(
            "Register it anew", (await sso.RunAsync("client", "set", "mover", "--auth", "client_secret_basic")).Error,
            StringComparison.Ordinal);
    }

    [Theory]
    [Spec("RFC 9700", "2.1")]
    [InlineData("--redirect-uri", "http://shop.example/cb")]
    [InlineData("--exchange-for", "https://api.example/unknown")]
    [InlineData("--id-token-alg", "HS256")]
    [InlineData("--userinfo-encryption", "RSA-OAEP")]
    [InlineData("--name", "")]
    public async Task The_rules_of_a_new_client_hold_and_nothing_is_changed(string option, string value)
    {
        await sso.RunAsync("client", "add", "strict", "--name", "Strict", "--type", "web", "--redirect-uri", "https://strict.example/cb");
        var before = (await sso.RunAsync("client", "show", "strict", "--json")).Output;

        Assert.Equal(1, (await sso.RunAsync("client", "set", "strict", option, value)).Code);
        Assert.Equal(before, (await sso.RunAsync("client", "show", "strict", "--json")).Output);
    }

    [Fact]
    public async Task Redirect_uris_that_would_make_every_person_a_stranger_are_refused()
    {
        await sso.RunAsync(
            "client", "add", "pair", "--name", "Pair", "--type", "web", "--redirect-uri", "https://pair.example/cb", "--pairwise");
        Assert.Equal(0, (await sso.RunAsync("client", "set", "pair", "--redirect-uri", "https://pair.example/other")).Code);
        Assert.Contains(
            "stranger", (await sso.RunAsync("client", "set", "pair", "--redirect-uri", "https://else.example/cb")).Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_record_has_the_fields_before_and_after()
    {
        await sso.RunAsync("client", "add", "told", "--name", "Told", "--type", "web", "--redirect-uri", "https://told.example/cb");
        await sso.RunAsync("client", "set", "told", "--name", "Told anew");
        await using var database = sso.Database.Open();
        var item = await database.SecurityEvents.OrderByDescending(row => row.Id)
            .FirstAsync(
                row => row.ClientId == "told" && row.Kind == SecurityEventKind.ClientChanged, TestContext.Current.CancellationToken);
        Assert.Contains("Told anew", item.Changes, StringComparison.Ordinal);
    }

    private static List<string> OptionsIn(string help) =>
        [
            .. Option().Matches(help).Select(match => match.Groups[1].Value)
                .Where(name => name is not "--help" and not "--json").Distinct().Order(StringComparer.Ordinal),
        ];

    [GeneratedRegex(@"^\s+(?:-\S+, )*(--[a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex Option();
}
