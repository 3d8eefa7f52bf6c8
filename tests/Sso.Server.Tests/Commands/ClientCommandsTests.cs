using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Commands;

public sealed class ClientCommandsTests(CommandLine sso) : IClassFixture<CommandLine>
{
    [Fact]
    public async Task Adding_a_client_gives_scripts_its_id_and_secret()
    {
        var added = await sso.RunAsync(
            "client", "add", "shop", "--name", "Shop", "--type", "web", "--redirect-uri",
            "https://shop.example/cb", "https://shop.example/cb2",
            "--post-logout-redirect-uri", "https://shop.example/",
            "--scope", "address phone", "--scope", "last_access", "--second-factor", "required",
            "--grace", "3", "--no-text-messages", "--mail-codes", "--trust-devices", "--json");

        Assert.Equal((0, ""), (added.Code, added.Error));
        Assert.Equal("shop", added.Json.GetProperty("client_id").GetString());
        Assert.StartsWith("ssocs_", added.Json.GetProperty("client_secret").GetString(), StringComparison.Ordinal);
        Assert.Equal("https://sso.test", added.Json.GetProperty("issuer").GetString());
        var client = added.Json.GetProperty("client");
        Assert.Equal(2, client.GetProperty("redirect_uris").GetArrayLength());
        Assert.Equal(7, client.GetProperty("scopes").GetArrayLength());
        Assert.Equal(
            (3, false), (client.GetProperty("grace_sign_ins").GetInt32(), client.GetProperty("accepts_text_messages").GetBoolean()));
        Assert.True(client.GetProperty("accepts_mail_codes").GetBoolean());
        Assert.True(client.GetProperty("accepts_trusted_devices").GetBoolean());
        Assert.True(client.GetProperty("require_pkce").GetBoolean());
        Assert.Equal(
            ("ordinary", "web", "required"),
            (client.GetProperty("profile").GetString(), client.GetProperty("type").GetString(),
                client.GetProperty("second_factor").GetString()));
    }

    [Fact]
    [Spec("S95")]
    public async Task A_client_with_a_key_has_no_secret_and_shows_its_keys()
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.CreateVersion7():N}.json");
        await File.WriteAllTextAsync(file, ClientKey.SetOf(new ClientKey("ES256")), TestContext.Current.CancellationToken);
        var added = await sso.RunAsync(
            "client", "add", "keyed", "--name", "Keyed", "--type", "machine",
            "--auth", "private_key_jwt", "--jwks", file, "--dpop", "--json");

        Assert.Equal((0, ""), (added.Code, added.Error));
        Assert.False(added.Json.TryGetProperty("client_secret", out _));
        var shown = await sso.RunAsync("client", "show", "keyed");
        Assert.Contains("private_key_jwt", shown.Output, StringComparison.Ordinal);
        Assert.Contains("1 keys", shown.Output, StringComparison.Ordinal);
        Assert.Contains("DPoP", shown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_is_switched_off_and_on_and_its_state_is_told()
    {
        await sso.RunAsync("client", "add", "switched", "--name", "Switched", "--type", "machine", "--json");

        var off = await sso.RunAsync("client", "disable", "switched");
        Assert.Equal((0, ""), (off.Code, off.Error));
        Assert.Contains("is off", off.Output, StringComparison.Ordinal);
        Assert.Contains("off since", (await sso.RunAsync("client", "show", "switched")).Output, StringComparison.Ordinal);
        Assert.Contains("off", Line(await sso.RunAsync("client", "list")), StringComparison.Ordinal);
        var on = await sso.RunAsync("client", "enable", "switched", "--json");
        Assert.False(on.Json.TryGetProperty("disabled_at", out _));
        Assert.DoesNotContain("off", Line(await sso.RunAsync("client", "list")), StringComparison.Ordinal);
        Assert.Contains(
            "There is no client", (await sso.RunAsync("client", "disable", "nobody", "--json")).Error, StringComparison.Ordinal);

        static string Line(CommandResult list) =>
            list.Output.Split('\n').Single(line => line.Contains("switched", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_profile_fapi2_turns_everything_on_that_it_needs_and_refuses_what_it_forbids()
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.CreateVersion7():N}.json");
        await File.WriteAllTextAsync(file, ClientKey.SetOf(new ClientKey("PS256")), TestContext.Current.CancellationToken);
        string[] command =
        [
            "client", "add", "bank", "--name", "Bank", "--type", "web", "--redirect-uri", "https://bank.example/cb",
            "--profile", "fapi2", "--json"
        ];

        Assert.Contains("proves itself with a key", (await sso.RunAsync(command)).ErrorJson.ToString(), StringComparison.Ordinal);
        Assert.Contains(
            "PKCE",
            (await sso.RunAsync([.. command, "--auth", "private_key_jwt", "--jwks", file, "--no-pkce"])).ErrorJson.ToString(),
            StringComparison.Ordinal);
        var added = await sso.RunAsync([.. command, "--auth", "private_key_jwt", "--jwks", file]);
        var client = added.Json.GetProperty("client");
        Assert.Equal("PS256", client.GetProperty("id_token_signing_algorithm").GetString());
        Assert.True(client.GetProperty("requires_pushed_requests").GetBoolean());
        Assert.True(client.GetProperty("dpop_bound").GetBoolean());
        Assert.Contains("fapi2", (await sso.RunAsync("client", "show", "bank")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("private_key_jwt", "needs the public keys")]
    [InlineData("self_signed_tls_client_auth", "needs the public keys")]
    [InlineData("tls_client_auth", "issued to")]
    [InlineData("none", "proves itself")]
    public async Task A_method_that_cannot_work_is_refused_with_a_remedy(string method, string reason)
    {
        var refused = await sso.RunAsync("client", "add", "never", "--name", "Never", "--type", "web", "--auth", method);

        Assert.Equal(1, refused.Code);
        Assert.Contains(reason, refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("PY12")]
    public async Task A_secret_is_changed_while_the_other_goes_on_working()
    {
        foreach (var method in (string[])["client_secret_basic", "client_secret_jwt"])
        {
            var id = $"turning-{method}";
            var first = (await sso.RunAsync("client", "add", id, "--name", "Turning", "--type", "machine", "--auth", method, "--json"))
                .Json.GetProperty("client_secret").GetString();
            Assert.Equal(1, (await sso.RunAsync("client", "secret", "remove", id)).Code);
            var added = await sso.RunAsync("client", "secret", "add", id, "--json");
            Assert.Equal((0, 2), (added.Code, added.Json.GetProperty("client").GetProperty("secrets").GetInt32()));
            Assert.NotEqual(first, added.Json.GetProperty("client_secret").GetString());
            Assert.Contains("two secrets already", (await sso.RunAsync("client", "secret", "add", id)).Error, StringComparison.Ordinal);
            Assert.Equal(1, (await sso.RunAsync("client", "secret", "remove", id, "--json")).Json.GetProperty("secrets").GetInt32());
        }
    }

    [Fact]
    public async Task Secrets_are_listed_by_label_maker_and_end()
    {
        await sso.RunAsync("client", "add", "labelled", "--name", "Labelled", "--type", "machine", "--json");
        Assert.NotEqual(0, (await sso.RunAsync("client", "secret", "add", "labelled", "--expires", "soon")).Code);
        Assert.Equal(1, (await sso.RunAsync("client", "secret", "add", "labelled", "--expires", "0")).Code);
        var added = await sso.RunAsync("client", "secret", "add", "labelled", "--label", "production", "--expires", "none");
        Assert.Contains("does not end", added.Output, StringComparison.Ordinal);

        var listed = (await sso.RunAsync("client", "secret", "list", "labelled", "--json")).Json;
        Assert.Equal(2, listed.GetArrayLength());
        Assert.True(listed[0].TryGetProperty("expires_at", out _));
        Assert.Equal("production", listed[1].GetProperty("label").GetString());
        Assert.StartsWith("command:", listed[1].GetProperty("created_by").GetString(), StringComparison.Ordinal);
        Assert.False(listed[1].TryGetProperty("expires_at", out _));

        var later = await sso.RunAsync("client", "secret", "remove", "labelled", "--hours", "24");
        Assert.Contains("works until", later.Output, StringComparison.Ordinal);
    }

    [Fact, Spec("C08")]
    public async Task A_draft_is_incomplete_in_the_list_and_says_what_to_type()
    {
        await sso.RunAsync("client", "add", "sketch", "--name", "Sketch", "--type", "web", "--json");
        var listed = (await sso.RunAsync("client", "list", "--json")).Json.EnumerateArray()
            .Single(client => client.GetProperty("client_id").GetString() == "sketch");
        Assert.Equal("incomplete", listed.GetProperty("state").GetString());
        Assert.Contains(
            "sso client set sketch --redirect-uri", (await sso.RunAsync("client", "show", "sketch")).Output, StringComparison.Ordinal);
        await sso.RunAsync("client", "set", "sketch", "--redirect-uri", "https://sketch.example/cb");
        Assert.Equal("on", (await sso.RunAsync("client", "show", "sketch", "--json")).Json.GetProperty("state").GetString());
    }

    [Fact, Spec("C03")]
    public async Task A_secret_is_shown_once()
    {
        var added = await sso.RunAsync("client", "add", "once", "--name", "Once", "--type", "web", "--json");
        var secret = added.Json.GetProperty("client_secret").GetString()!;

        var shown = await sso.RunAsync("client", "show", "once", "--json");
        var listed = await sso.RunAsync("client", "list");

        Assert.DoesNotContain(secret, shown.Output + listed.Output, StringComparison.Ordinal);
        Assert.False(shown.Json.TryGetProperty("client_secret", out _));
    }

    [Fact]
    public async Task People_read_what_was_added_and_a_warning_about_the_secret()
    {
        var added = await sso.RunAsync(
            "client", "add", "people", "--name", "For people", "--type", "web", "--redirect-uri", "https://p.example/cb");

        Assert.Equal(0, added.Code);
        Assert.Contains("Added the client people", added.Output, StringComparison.Ordinal);
        Assert.Contains("ssocs_", added.Output, StringComparison.Ordinal);
        Assert.Contains("never shown again", added.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", added.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_names_what_was_typed_reason_and_remedy()
    {
        string[] command = ["client", "add", "bad", "--name", "Bad", "--type", "web", "--redirect-uri", "http://shop.example/cb"];

        var forPeople = await sso.RunAsync(command);
        var forScripts = await sso.RunAsync([.. command, "--json"]);

        Assert.Equal((1, 1), (forPeople.Code, forScripts.Code));
        Assert.Contains("--redirect-uri: 'http://shop.example/cb' uses http", forPeople.Error, StringComparison.Ordinal);
        Assert.Contains("Use https", forPeople.Error, StringComparison.Ordinal);
        Assert.Equal("invalid", forScripts.ErrorJson.GetProperty("error").GetString());
        var problem = forScripts.ErrorJson.GetProperty("problems")[0];
        Assert.Equal(
            ("redirect_uris", "--redirect-uri"), (problem.GetProperty("field").GetString(), problem.GetProperty("typed").GetString()));
        Assert.Equal("", forScripts.Output);
    }

    [Fact]
    public async Task Who_adds_a_client_that_exists_is_told_how_to_change_it()
    {
        string[] command = ["client", "add", "twice", "--name", "Twice", "--type", "machine"];
        await sso.RunAsync(command);

        var again = await sso.RunAsync(command);

        Assert.Equal(1, again.Code);
        Assert.Contains("id: A client with the id 'twice' exists", again.Error, StringComparison.Ordinal);
        Assert.Contains("sso client set twice", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_is_listed_shown_and_removed()
    {
        await sso.RunAsync("client", "add", "short-lived", "--name", "Short", "--type", "native", "--redirect-uri", "com.example.app:/cb");

        Assert.Contains("short-lived", (await sso.RunAsync("client", "list")).Output, StringComparison.Ordinal);
        Assert.Equal("native", (await sso.RunAsync("client", "show", "short-lived", "--json")).Json.GetProperty("type").GetString());
        Assert.Equal(0, (await sso.RunAsync("client", "remove", "short-lived")).Code);
        Assert.Equal(1, (await sso.RunAsync("client", "show", "short-lived")).Code);
        Assert.Equal(
            "not-found", (await sso.RunAsync("client", "remove", "short-lived", "--json")).ErrorJson.GetProperty("error").GetString());
    }
}
