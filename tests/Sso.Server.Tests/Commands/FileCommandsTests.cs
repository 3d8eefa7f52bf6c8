using System.CommandLine;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Sso.Admin.Files;
using Sso.Data.Files;
using Sso.Data.Grants;
using Sso.Data.Operations;
using Sso.Server.Commands;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Commands;

/// <summary>Applications, resources and brands as a file.</summary>
public sealed class FileCommandsTests(CommandLine sso) : IClassFixture<CommandLine>
{
    private const string Shop =
        """
        clients:
          shop:
            name: Shop
            type: web
            redirect-uri: https://shop.example/cb
        """;

    private int _files;

    private readonly string _folder = Directory.CreateTempSubdirectory("sso-files").FullName;

    [Fact]
    public void The_keys_of_a_file_are_the_options_of_the_command_line()
    {
        Assert.Equal(OptionsOf("brand add"), KeysOf(BrandFields.All));
        Assert.Equal(OptionsOf("resource add"), KeysOf(ResourceFields.All));
        Assert.Equal(
            // From these two the command derives others, which a file writes out.
            $"{OptionsOf("client add")} {ClientFields.Disabled}".Split(' ').Except(["stack", "url"]).Order(StringComparer.Ordinal),
            KeysOf(ClientFields.All).Split(' '));
    }

    [Fact]
    public async Task What_is_exported_makes_the_same_of_an_empty_installation_and_is_exported_to_the_same_bytes()
    {
        await using var here = await StartAsync();
        await using var there = await StartAsync();
        var jwks = Path.Combine(_folder, "keys.json");
        await File.WriteAllTextAsync(jwks, ClientKey.SetOf(new ClientKey("PS256")), TestContext.Current.CancellationToken);
        var logo = Path.Combine(_folder, "logo.svg");
        await File.WriteAllTextAsync(
            logo, "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'><rect/></svg>", TestContext.Current.CancellationToken);
        string[] registrations =
        [
            $"brand add lago --name Lago --accent #1F6F8B --radius 0 --logo {logo} --host login.lago.example --support +39021234567",
            "brand add nuvola --name true --accent #1f6f8b --tint #fafafa --privacy-url https://nuvola.example/privacy",
            "client add introspector --name Perché¬😀:¬\"no\" --type machine --brand lago",
            "resource add https://api.example/stock --name Stock --scope stock.read --scope stock.write --client introspector",
            "client add desk --name Desk --type web --redirect-uri https://desk.example/cb --redirect-uri https://desk.example/other "
            + "--post-logout-redirect-uri https://desk.example/ --scope phone --scope stock.read --grace 3 --no-text-messages "
            + "--trust-devices --consent --brand nuvola --id-token-alg ES256 --require-par --request-uri https://desk.example/r "
            + "--id-token-responses --id-token-claims "
            + "--initiate-login-uri https://desk.example/start --frontchannel-logout-uri https://desk.example/out "
            + "--frontchannel-logout-session --exchange-for https://api.example/stock --ciba --no-pkce",
            "client add page --name Page --type spa --redirect-uri https://page.example/cb --scope offline_access --second-factor none",
            "client add page2 --name Page --type spa --redirect-uri https://page.example/cb --origin https://other.example",
            "client add draft --name Draft --type spa",
            "client add phone --name Phone --type native --redirect-uri com.example.phone:/cb --second-factor when-enrolled --dpop",
            "client add television --name Television --type device",
            $"client add bank --name Bank --type web --redirect-uri https://bank.example/cb --auth private_key_jwt --jwks {jwks} "
            + "--profile fapi2 --require-signed-requests --request-object-alg PS256 --userinfo-alg ES256",
            "client add secretive --name Secretive --type web --auth client_secret_jwt --mail-codes --pairwise "
            + "--redirect-uri https://secretive.example/cb",
            "client disable phone",
        ];
        foreach (var registration in registrations)
        {
            var done = await here.RunAsync([.. registration.Split(' ').Select(word => word.Replace('¬', ' '))]);
            Assert.Equal((0, ""), (done.Code, done.Error));
        }

        var exported = (await here.RunAsync("export")).Output;
        var applied = await there.RunAsync("apply", await FileAsync(exported));
        Assert.Equal((0, ""), (applied.Code, applied.Error));
        Assert.Equal(3, Regex.Count(applied.Output, "    secret: "));
        Assert.Equal(exported, (await there.RunAsync("export")).Output);
        Assert.Equal(await RegisteredAsync(here), await RegisteredAsync(there));
        var plan = await there.RunAsync("plan", await FileAsync(exported));
        Assert.Contains("All is as the file says.", plan.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_says_every_change_and_what_breaks_and_writes_nothing()
    {
        await using var here = await StartAsync();
        await ApplyAsync(here, Shop + "\n    scope: phone\n    no-pkce: true\n");
        var now = TimeProvider.System.GetUtcNow();
        await using (var database = here.Database.Open())
        {
            database.Grants.Add(new Grant
            {
                Id = Guid.CreateVersion7(now),
                Secret = new byte[16],
                ClientId = "shop",
                PersonId = Guid.CreateVersion7(now),
                SessionId = Guid.CreateVersion7(now),
                Scopes = [],
                Offline = false,
                AuthenticatedAt = now,
                Acr = "",
                Amr = [],
                CreatedAt = now,
                ExpiresAt = now,
                IdleExpiresAt = now,
            });
            await database.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        var before = await here.RunAsync("export");
        var changed = Shop.Replace("shop.example/cb", "shop.example/callback", StringComparison.Ordinal) + "\n    grace: 3\n";
        var plan = await here.RunAsync("plan", await FileAsync(changed));
        Assert.Equal((0, ""), (plan.Code, plan.Error));
        Assert.All(
            (string[])
            [
                "~ client shop: would be changed", "redirect-uri: https://shop.example/cb -> https://shop.example/callback",
                "grace: as usual -> 3", "scope: phone -> as usual",
                "breaks shop: sign-ins that come back to https://shop.example/cb are refused. In the last 7 days it got tokens for 1 "
                + "sign-in. All of them came back there.",
                "breaks shop: scope phone is taken away: a request for it is refused.",
                "breaks shop: no-pkce changes: it must send a code challenge (PKCE), or its requests are refused.",
                "1 change, if the file is applied.",
            ],
            words => Assert.Contains(words, plan.Output, StringComparison.Ordinal));
        Assert.Equal(before.Output, (await here.RunAsync("export")).Output);
        Assert.DoesNotContain("secret:", (await here.RunAsync("plan", await FileAsync(Other("till")))).Output, StringComparison.Ordinal);
    }

    /// <summary>What a pipeline goes by.</summary>
    [Fact]
    public async Task A_plan_ends_with_a_code_that_tells_a_change_and_a_broken_application_where_it_is_asked_to()
    {
        await using var here = await StartAsync();
        Assert.Equal(0, (await here.RunAsync("apply", await FileAsync(Shop))).Code);

        Assert.Equal((0, 0, 0), await CodesAsync(Shop));
        Assert.Equal((0, 4, 0), await CodesAsync(Shop + "\n    grace: 3\n"));
        Assert.Equal((0, 5, 5), await CodesAsync(Shop.Replace("shop.example/cb", "shop.example/callback", StringComparison.Ordinal)));
        Assert.Equal((1, 1, 1), await CodesAsync(Shop.Replace("https://shop", "http://shop", StringComparison.Ordinal)));
        Assert.Equal(2, (await here.RunAsync("plan", await FileAsync(Shop), "--fail-on", "sundays")).Code);

        async Task<(int Plain, int OnChanges, int OnBreaks)> CodesAsync(string text) => (
            (await here.RunAsync("plan", await FileAsync(text))).Code,
            (await here.RunAsync("plan", await FileAsync(text), "--fail-on", "changes")).Code,
            (await here.RunAsync("plan", await FileAsync(text), "--fail-on", "breaks", "--json")).Code);
    }

    [Fact]
    public async Task All_is_applied_or_nothing_by_the_rules_of_the_command_line_with_the_place_of_what_is_wrong()
    {
        await using var here = await StartAsync();
        var file = Shop + "\n" + Other("till").Replace("clients:\n", "", StringComparison.Ordinal) + "\n    brand: nobody\n";
        foreach (var command in (string[])["plan", "apply"])
        {
            var refused = await here.RunAsync(command, await FileAsync(file));
            Assert.Equal(1, refused.Code);
            Assert.Contains("sso.yaml:9:5 client till, brand: There is no brand 'nobody'.", refused.Error, StringComparison.Ordinal);
        }

        var bad = await here.RunAsync("plan", await FileAsync(Shop.Replace("https://shop", "http://shop", StringComparison.Ordinal)));
        Assert.Equal(1, bad.Code);
        Assert.Contains("sso.yaml:5:5 client shop, redirect-uri: ", bad.Error, StringComparison.Ordinal);
        await using var database = here.Database.Open();
        Assert.False(await database.Clients.AnyAsync(TestContext.Current.CancellationToken));
        Assert.False(await database.AppliedEntries.AnyAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("clients:\n  shop:\n    nmae: Shop\n    type: web", "3:5 clients.shop.nmae: There is no key", "Did you mean name?")]
    [InlineData("client:\n  shop:\n    name: Shop", "1:1 client: There is no key 'client' here.", "Did you mean clients?")]
    [InlineData(
        "clients:\n  shop:\n    name: Shop\n    type: web\n    redirect_uris: [x]", "5:5 clients.shop.redirect_uris: ",
        "Did you mean redirect-uri?")]
    [InlineData("clients:\n  shop:\n    name: Shop\n    type: webb", "4:11 clients.shop.type: 'webb' is not one of ", "Did you mean web?")]
    [InlineData("clients:\n  shop:\n    name: Shop", "2:3 clients.shop.type: It is missing.", "Write type: under shop.")]
    [InlineData("clients:\n  shop:\n    name: Shop\n    type: web\n    dpop: yes", "5:11 clients.shop.dpop: 'yes'", "Write true")]
    [InlineData("clients:\n  shop:\n    name: Shop\n    type: web\n    grace: few", "5:12 clients.shop.grace: 'few' is not", "digits")]
    [InlineData("clients:\n  shop:\n    name: Shop\n    name: Other", "4:5 YAML: ", "indent by spaces")]
    [InlineData("clients:\n  shop:\n\tname: Shop", "3:1 YAML: ", "indent by spaces")]
    [InlineData("clients: shop", "1:10 clients: Here stand keys", "my-shop:")]
    [InlineData("", "1:1 YAML: The file holds 0 documents", "sso export")]
    [InlineData("# nothing\nname: main", "1:1 YAML: The file names no application", "by hand")]
    [InlineData("clients:\n  shop:\n    name: Shop\n    type: machine\n---\nclients:", "1:1 YAML: The file holds 2 documents", "one file")]
    [InlineData(
        "clients:\n  shop:\n    name: Shop\n    type: web\n    jwks: ../../etc/passwd",
        "5:11 clients.shop.jwks: '../../etc/passwd' is not in", "beside this file")]
    public async Task What_is_not_understood_is_told_with_line_column_and_key_and_what_was_meant(string text, string what, string remedy)
    {
        var refused = await sso.RunAsync("plan", await FileAsync(text));
        Assert.Equal(2, refused.Code);
        Assert.Contains($"sso.yaml:{what}", refused.Error, StringComparison.Ordinal);
        Assert.Contains(remedy, refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_by_hand_is_told_with_its_author_and_stays_until_somebody_decides()
    {
        await using var here = await StartAsync();
        await ApplyAsync(here, Shop);
        await here.RunAsync("client", "set", "shop", "--grace", "5", "--name", "Bottega");
        var file = await FileAsync(Shop.Replace("name: Shop", "name: Negozio", StringComparison.Ordinal));

        var plan = await here.RunAsync("plan", file);
        Assert.Equal(1, plan.Code);
        Assert.Matches(@"! client shop was changed by command:\S+ on \d{4}-\d\d-\d\d \d\d:\d\d UTC, not by a file\.", plan.Output);
        Assert.Contains("grace: as usual -> 5", plan.Output, StringComparison.Ordinal);
        Assert.Contains("name: Shop -> Bottega", plan.Output, StringComparison.Ordinal);
        Assert.Equal(1, (await here.RunAsync("apply", file)).Code);
        Assert.Contains("Bottega", (await here.RunAsync("client", "show", "shop")).Output, StringComparison.Ordinal);

        var agreed = await here.RunAsync("apply", await FileAsync((await here.RunAsync("export")).Output));
        Assert.Equal((0, ""), (agreed.Code, agreed.Error));
        Assert.Equal(0, (await here.RunAsync("apply", file)).Code);
        Assert.Contains("Negozio", (await here.RunAsync("client", "show", "shop")).Output, StringComparison.Ordinal);

        await here.RunAsync("client", "remove", "shop");
        Assert.Contains("client shop was removed by command:", (await here.RunAsync("plan", file)).Output, StringComparison.Ordinal);
        Assert.Equal(1, (await here.RunAsync("apply", file)).Code);
        Assert.Equal(0, (await here.RunAsync("apply", file, "--overwrite-drift")).Code);
        Assert.Contains("Negozio", (await here.RunAsync("client", "show", "shop")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Drift_of_a_brand_and_of_a_resource_names_its_author_too()
    {
        await using var here = await StartAsync();
        const string Both =
            """
            brands:
              lago:
                name: Lago
                accent: "#1f6f8b"
            resources:
              https://api.example/stock:
                name: Stock
                scope: stock.read
            """;
        await ApplyAsync(here, Both);
        await here.RunAsync("brand", "set", "lago", "--radius", "3");
        await here.RunAsync("resource", "remove", "https://api.example/stock");
        var plan = await here.RunAsync("plan", await FileAsync(Both));
        Assert.Contains("brand lago was changed by command:", plan.Output, StringComparison.Ordinal);
        Assert.Contains("resource https://api.example/stock was removed by command:", plan.Output, StringComparison.Ordinal);
        Assert.Contains("radius: as usual -> 3", plan.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scope_of_a_resource_that_the_same_file_defines_brings_no_warning()
    {
        await using var here = await StartAsync();
        var applied = await here.RunAsync("apply", await FileAsync(
            """
            resources:
              https://api.example/stock:
                name: Stock
                scope: stock.read
            clients:
              desk:
                name: Desk
                type: web
                redirect-uri: https://desk.example/cb
                scope: [stock.read, stock.raed]
            """));

        Assert.True(applied.Code == 0, applied.Output + applied.Error);
        Assert.DoesNotContain("The scope stock.read ", applied.Output, StringComparison.Ordinal);
        Assert.Contains("The scope stock.raed ", applied.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_what_the_file_itself_managed_is_removed_and_only_if_asked()
    {
        await using var here = await StartAsync();
        await here.RunAsync("client", "add", "byhand", "--name", "By hand", "--type", "machine");
        await ApplyAsync(here, Shop + "\n" + Other("till").Replace("clients:\n", "", StringComparison.Ordinal));
        await ApplyAsync(here, "name: other\n" + Other("elsewhere"));

        var kept = await here.RunAsync("apply", await FileAsync(Shop));
        Assert.Contains("= client till: is in the file no more, and stays (--prune removes it)", kept.Output, StringComparison.Ordinal);
        var plan = await here.RunAsync("plan", await FileAsync(Shop), "--prune");
        Assert.Equal(0, plan.Code);
        Assert.Contains("- client till: would be removed", plan.Output, StringComparison.Ordinal);
        Assert.Contains("breaks till: it is gone, with what it was given.", plan.Output, StringComparison.Ordinal);
        await here.RunAsync("client", "set", "till", "--name", "By hand");
        Assert.Equal(1, (await here.RunAsync("apply", await FileAsync(Shop), "--prune")).Code);
        Assert.Equal(0, (await here.RunAsync("apply", await FileAsync(Shop), "--prune", "--overwrite-drift")).Code);
        await using var database = here.Database.Open();
        Assert.Equal(
            ["byhand", "elsewhere", "shop"],
            await database.Clients.Select(client => client.Id).Order().ToListAsync(TestContext.Current.CancellationToken));

        var more = Other("elsewhere").Replace("clients:\n", "", StringComparison.Ordinal);
        var taken = await here.RunAsync("apply", await FileAsync(Shop + "\n" + more));
        Assert.Contains("until now the file 'other' managed it", taken.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_file_of_the_same_name_does_not_remove_all_that_the_first_one_managed()
    {
        await using var here = await StartAsync();
        await ApplyAsync(here, Shop);
        var refused = await here.RunAsync("apply", await FileAsync(Other("elsewhere")), "--prune");
        Assert.Equal(1, refused.Code);
        Assert.Contains("give this one a name of its own", refused.Output + refused.Error, StringComparison.Ordinal);
        Assert.Equal(1, (await here.RunAsync("plan", await FileAsync(Other("elsewhere")), "--prune")).Code);
        Assert.Equal(0, (await here.RunAsync("client", "show", "shop")).Code);
        Assert.Equal(0, (await here.RunAsync("apply", await FileAsync("name: other\n" + Other("elsewhere")), "--prune")).Code);
    }

    [Fact]
    public async Task What_is_off_stays_off_unless_the_file_says_that_it_is_on()
    {
        await using var here = await StartAsync();
        await ApplyAsync(here, Shop);
        await here.RunAsync("client", "disable", "shop");
        await ApplyAsync(here, Shop + "\n    grace: 2");
        Assert.Contains("off since", (await here.RunAsync("client", "show", "shop")).Output, StringComparison.Ordinal);
        Assert.Contains("disabled: true", (await here.RunAsync("export")).Output, StringComparison.Ordinal);
        await ApplyAsync(here, Shop + "\n    disabled: false");
        Assert.DoesNotContain("off since", (await here.RunAsync("client", "show", "shop")).Output, StringComparison.Ordinal);
        await ApplyAsync(here, Shop + "\n    disabled: true");
        Assert.Contains("off since", (await here.RunAsync("client", "show", "shop")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_makes_another_application_is_refused_and_so_is_one_that_registered_itself()
    {
        await using var here = await StartAsync();
        await ApplyAsync(here, Shop);
        var type = await here.RunAsync("plan", await FileAsync(Shop.Replace("type: web", "type: spa", StringComparison.Ordinal)));
        Assert.Contains("client shop, type: 'shop' is of the type web, which stays.", type.Error, StringComparison.Ordinal);
        var pairwise = await here.RunAsync("plan", await FileAsync(Shop + "\n    pairwise: true"));
        Assert.Contains("client shop, pairwise: ", pairwise.Error, StringComparison.Ordinal);
        await using (var database = here.Database.Open())
        {
            (await database.Clients.SingleAsync(TestContext.Current.CancellationToken)).IsUnverified = true;
            await database.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        Assert.Contains("registered itself", (await here.RunAsync("plan", await FileAsync(Shop))).Error, StringComparison.Ordinal);
        Assert.DoesNotContain("shop", (await here.RunAsync("export")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scope_and_a_host_may_move_from_one_to_another_in_one_file()
    {
        await using var here = await StartAsync();
        static string Two(string first, string second) =>
            $$"""
             brands:
               a: { name: A, accent: "#1f6f8b", host: [{{second}}] }
               b: { name: B, accent: "#1f6f8b", host: [{{first}}] }
             resources:
               https://a.example: { name: A, scope: [a.read, {{second}}] }
               https://b.example: { name: B, scope: [b.read, {{first}}] }
             """;
        await ApplyAsync(here, Two("one.example", "two.example"));
        var moved = await here.RunAsync("apply", await FileAsync(Two("three.example", "one.example")));
        Assert.Equal((0, ""), (moved.Code, moved.Error));
    }

    [Fact]
    public async Task Every_change_is_an_event_with_its_actor()
    {
        await using var here = await StartAsync();
        await ApplyAsync(here, Shop);
        await ApplyAsync(here, Shop + "\n    grace: 1");
        await using var database = here.Database.Open();
        var events = await database.SecurityEvents.Where(item => item.Kind == SecurityEventKind.ClientChanged)
            .OrderBy(item => item.At).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["added", "changed"], events.Select(item => item.Detail));
        Assert.All(events, item => Assert.StartsWith("command:", item.Actor, StringComparison.Ordinal));
        Assert.Equal(AppliedKind.Client, (await database.AppliedEntries.SingleAsync(TestContext.Current.CancellationToken)).Kind);
    }

    private static string Other(string id) => $"clients:\n  {id}:\n    name: {id}\n    type: machine";

    private static async Task<CommandLine> StartAsync()
    {
        var started = new CommandLine();
        await started.InitializeAsync();
        return started;
    }

    private static string KeysOf(IEnumerable<FileField> fields) =>
        string.Join(' ', fields.Select(field => field.Key).Order(StringComparer.Ordinal));

    private static string OptionsOf(string command)
    {
        Command found = SsoCommand.Build(new CommandHost(
            [], new CommandTerminal(TextReader.Null, TextWriter.Null, TextWriter.Null, true, TimeProvider.System)));
        foreach (var word in command.Split(' '))
        {
            found = found.Subcommands.Single(child => child.Name == word);
        }

        return string.Join(' ', found.Options.Select(option => option.Name.TrimStart('-')).Order(StringComparer.Ordinal));
    }

    private static async Task<string> RegisteredAsync(CommandLine sso)
    {
        var clients = JsonNode.Parse((await sso.RunAsync("client", "list", "--json")).Output)!.AsArray();
        var resources = JsonNode.Parse((await sso.RunAsync("resource", "list", "--json")).Output)!.AsArray();
        var brands = JsonNode.Parse((await sso.RunAsync("brand", "list", "--json")).Output)!.AsArray();
        JsonArray[] all = [clients, resources, brands];
        foreach (var item in all.SelectMany(list => list))
        {
            item!.AsObject().Remove("created_at");
            item.AsObject().Remove("disabled_at");
        }

        return string.Join('\n', all.Select(list => list.ToJsonString()));
    }

    private async Task ApplyAsync(CommandLine sso, string text)
    {
        var applied = await sso.RunAsync("apply", await FileAsync(text));
        Assert.Equal((0, ""), (applied.Code, applied.Error));
    }

    private async Task<string> FileAsync(string text)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, $"{_files++}")).FullName, "sso.yaml");
        await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
        return path;
    }
}
