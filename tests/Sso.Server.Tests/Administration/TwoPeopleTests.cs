using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Administrators;
using Sso.Data.Clients;
using Sso.Protocol.Clients;
using Sso.Server.Tests.AdminApi;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Administration;

/// <summary>With the switch on, an application asks less of people only after two owners agreed (ASVS 2.3.5).</summary>
[Spec("S118")]
public sealed class TwoPeopleTests : IAsyncLifetime
{
    private const string Policy = "Input.SecondFactor";
    private const string Api = "/api/admin/v1/applications";

    private readonly SsoServer _server = new();

    public async ValueTask InitializeAsync()
    {
        _server.Settings.Add("--Console:TwoPeople=true");
        await _server.InitializeAsync();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_looser_policy_waits_while_the_rest_of_the_form_is_saved_and_another_owner_lets_it_hold()
    {
        var (shop, first, second) = (await _server.RegisterAsync("negozio"), await OwnerAsync(), await OwnerAsync());
        var page = await ProposeAsync(first, shop.Id, ("Input.Name", "Nome nuovo"));
        Assert.Equal(Loosen(shop.Id, "proposed"), page.Url.PathAndQuery);
        Assert.Null(page.Document.QuerySelector("#agree"));
        var row = await ReadAsync(shop.Id);
        Assert.Equal(("Nome nuovo", SecondFactorPolicy.Required), (row.Name, row.SecondFactor));
        Assert.Null(Link(await first.GetAsync("/console")));

        page = await second.GetAsync(Link(await second.GetAsync("/console"))!);
        Assert.Contains("sempre, diventa: se la persona lo ha", page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        page = await second.SubmitAsync(page, form: "agree");
        Assert.Equal(Loosen(shop.Id, "agreed"), page.Url.PathAndQuery);
        Assert.Equal(SecondFactorPolicy.WhenEnrolled, (await ReadAsync(shop.Id)).SecondFactor);
        Assert.Null(Link(await second.GetAsync("/console")));
        var told = (await _server.ActorsAsync(shop.Id)).Where(item => item.Contains("looser", StringComparison.Ordinal)).ToArray();
        Assert.Equal(2, told.Length);
        Assert.Equal(2, told.Select(item => item.Split(' ')[0]).Distinct().Count());
    }

    [Fact]
    public async Task The_other_owners_are_told_by_mail_and_the_proposer_reads_how_many()
    {
        var shop = await _server.RegisterAsync("negozio", client => client.Name = "Negozio");
        var owners = new[] { await _server.AddAdministratorAsync(AdministratorRole.Owner), await AddOwnerInEnglishAsync() };
        await _server.AddAdministratorAsync(AdministratorRole.Security);
        var (first, proposer) = (_server.OpenBrowser(), await _server.AddAdministratorAsync(AdministratorRole.Owner));
        await first.OpenAsync(proposer, "/console");
        var page = await ProposeAsync(first, shop.Id);
        Assert.Equal(
            "Abbiamo scritto a 2 colleghi che possono confermare.", page.Document.QuerySelector("#second-people")!.TextContent);

        var words = new[] { "Chiedere meno protezione", "Ask for less protection" };
        foreach (var (owner, word) in owners.Zip(words))
        {
            var mail = Assert.Single(await owner.MailsAsync());
            Assert.Contains(word, mail.Text, StringComparison.Ordinal);
            Assert.Contains($"https://sso.test{Loosen(shop.Id)}", mail.Text, StringComparison.Ordinal);
            Assert.Contains("Negozio", mail.Text, StringComparison.Ordinal);
            Assert.Contains(proposer.UserName, mail.Text, StringComparison.Ordinal);
        }

        Assert.Empty(await proposer.MailsAsync());
        // The page where it is decided asks who is there, and reading it decides nothing.
        Assert.Equal("/signin", (await _server.OpenBrowser().GetAsync(Loosen(shop.Id))).Url.AbsolutePath);
        Assert.Null((await (await OwnerAsync()).GetAsync(Loosen(shop.Id))).Document.QuerySelector("#second-people"));
        Assert.Equal(SecondFactorPolicy.Required, (await ReadAsync(shop.Id)).SecondFactor);
    }

    [Fact]
    public async Task An_only_owner_reads_that_nobody_else_can_approve_and_what_to_do()
    {
        var (shop, first) = (await _server.RegisterAsync("negozio"), await OwnerAsync());
        var told = (await ProposeAsync(first, shop.Id)).Document.QuerySelector("[aria-labelledby=second]")!.TextContent;
        Assert.Contains("Ora nessun altro può confermare.", told, StringComparison.Ordinal);
        Assert.Contains("“Amministratori”", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_proposes_and_withdraws_again_and_again_is_stopped_and_so_are_the_mails()
    {
        var (shop, first) = (await _server.RegisterAsync("negozio"), await OwnerAsync());
        var second = await _server.AddAdministratorAsync(AdministratorRole.Owner);
        for (var time = 0; time < 10; time++)
        {
            Assert.Equal(
                Loosen(shop.Id, "ended"),
                (await first.SubmitAsync(await ProposeAsync(first, shop.Id), form: "end")).Url.PathAndQuery);
        }

        var page = await ProposeAsync(first, shop.Id, ("Input.Name", "Nome nuovo"));
        Assert.Equal(Loosen(shop.Id, "toooften"), page.Url.PathAndQuery);
        Assert.Equal("Nome nuovo", (await ReadAsync(shop.Id)).Name);
        Assert.Equal(10, (await second.MailsAsync()).Count);
    }

    [Fact]
    public async Task The_proposer_cannot_agree_and_can_withdraw()
    {
        var (shop, first, second) = (await _server.RegisterAsync("negozio"), await OwnerAsync(), await OwnerAsync());
        var own = await ProposeAsync(first, shop.Id);
        var mark = (await second.GetAsync(Loosen(shop.Id))).Document.QuerySelector("#agree [name='Input.Proposal']")!
            .GetAttribute("value")!;
        var answer = await first.PostAsync(
            Loosen(shop.Id) + "&handler=Agree", [new("__RequestVerificationToken", own.Token()), new("Input.Proposal", mark)]);
        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);

        var shown = await second.GetAsync(Loosen(shop.Id));
        Assert.Equal(Loosen(shop.Id, "ended"), (await first.SubmitAsync(own, form: "end")).Url.PathAndQuery);
        Assert.Equal(Loosen(shop.Id, "gone"), (await second.SubmitAsync(shown, form: "agree")).Url.PathAndQuery);
        Assert.Equal(SecondFactorPolicy.Required, (await ReadAsync(shop.Id)).SecondFactor);
    }

    [Fact]
    public async Task Another_proposal_than_the_one_that_was_read_is_not_agreed_to()
    {
        var (shop, first, second) = (await _server.RegisterAsync("negozio"), await OwnerAsync(), await OwnerAsync());
        var own = await ProposeAsync(first, shop.Id);
        var former = await second.GetAsync(Loosen(shop.Id));
        await first.SubmitAsync(own, form: "end");
        await _server.PassAsync(TimeSpan.FromSeconds(1));
        await ProposeAsync(first, shop.Id, (Policy, "None"));
        Assert.Equal(Loosen(shop.Id, "gone"), (await second.SubmitAsync(former, form: "agree")).Url.PathAndQuery);
        Assert.Equal(SecondFactorPolicy.Required, (await ReadAsync(shop.Id)).SecondFactor);
    }

    [Fact]
    public async Task A_proposal_ends_after_24_hours()
    {
        var (shop, second) = (await _server.RegisterAsync("negozio"), await _server.AddAdministratorAsync(AdministratorRole.Owner));
        await ProposeAsync(await OwnerAsync(), shop.Id);
        await _server.PassAsync(TimeSpan.FromHours(24));
        var page = await _server.OpenBrowser().OpenAsync(second, Loosen(shop.Id));
        Assert.Equal((HttpStatusCode.OK, null), (page.Status, page.Document.QuerySelector("#agree")));
    }

    [Theory]
    [InlineData(AdministratorRole.Security)]
    [InlineData(AdministratorRole.Auditor)]
    public async Task A_proposal_is_off_for_good_when_its_proposer_gets_a_role_that_cannot_make_it(AdministratorRole other)
    {
        var (shop, second) = (await _server.RegisterAsync("negozio"), await OwnerAsync());
        var (proposer, first) = (await _server.AddAdministratorAsync(AdministratorRole.Owner), _server.OpenBrowser());
        await first.OpenAsync(proposer, "/console");
        await ProposeAsync(first, shop.Id);
        Assert.NotNull(Link(await second.GetAsync("/console")));

        foreach (var role in (string[])[other.ToString(), nameof(AdministratorRole.Owner)])
        {
            var form = await second.GetAsync($"/console/administrators/role?sub={proposer.Subject}");
            await second.SubmitAsync(form, form: "role-form", ("Input.Role", role));
            Assert.Null(Link(await second.GetAsync("/console")));
        }

        await using var database = _server.OpenDatabase();
        Assert.False(await database.Proposals.AnyAsync());
    }

    [Fact]
    public async Task An_application_that_was_changed_since_makes_the_proposal_void()
    {
        var (shop, first, second) = (await _server.RegisterAsync("negozio"), await OwnerAsync(), await OwnerAsync());
        await ProposeAsync(first, shop.Id, (Policy, "None"));
        var shown = await second.GetAsync(Loosen(shop.Id));
        await SetAsync(shop.Id, SecondFactorPolicy.WhenEnrolled);
        var page = await second.SubmitAsync(shown, form: "agree");
        Assert.Equal(Loosen(shop.Id, "void"), page.Url.PathAndQuery);
        Assert.Contains("non vale più", page.Document.QuerySelector(".notice")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(SecondFactorPolicy.WhenEnrolled, (await ReadAsync(shop.Id)).SecondFactor);
        await SetAsync(shop.Id, SecondFactorPolicy.Required);
        Assert.Equal(Loosen(shop.Id, "gone"), (await second.SubmitAsync(shown, form: "agree")).Url.PathAndQuery);
    }

    [Fact]
    public async Task A_new_application_begins_with_the_usual_policy()
    {
        var owner = await OwnerAsync();
        var page = await owner.SubmitAsync(
            await owner.GetAsync("/console/applications/add"), form: "add", ("Input.Name", "Debole"), (Policy, "None"));
        Assert.NotNull(page.Document.QuerySelector("#secondfactor-error"));
        await using var database = _server.OpenDatabase();
        Assert.False(await database.Clients.AnyAsync(client => client.Id == "debole"));
    }

    [Theory]
    [InlineData("second_factor", "\"none\"")]
    [InlineData("grace_sign_ins", "3")]
    [InlineData("accepts_mail_codes", "true")]
    [InlineData("accepts_trusted_devices", "true")]
    public async Task No_program_is_a_way_around(string field, string value)
    {
        var shop = await _server.RegisterAsync("negozio");
        var machine = await ApiMachine.OpenAsync(_server, ApiScopes.ReadApps, ApiScopes.WriteApps);
        var body = new JsonObject { [field] = JsonNode.Parse(value) };
        var seen = await machine.GetAsync($"{Api}/{shop.Id}");
        var changed = await machine.SendAsync("PATCH", $"{Api}/{shop.Id}", body, seen.Tag);
        Assert.Equal((HttpStatusCode.Forbidden, "application/problem+json"), (changed.Status, changed.Type));
        Assert.Contains("two administrators", changed.Text, StringComparison.Ordinal);

        body["client_id"] = "altro";
        body["name"] = "Altro";
        body["type"] = "web";
        Assert.Equal(HttpStatusCode.Forbidden, (await machine.PostAsync(Api, body)).Status);
    }

    private static string Loosen(string id, string? done = null) =>
        $"/console/application/loosen?id={id}{(done is null ? "" : $"&done={done}")}";

    private static string? Link(Page overview) =>
        overview.Document.QuerySelector(".notice a[href^='/console/application/loosen']")?.GetAttribute("href");

    private async Task<Customer> AddOwnerInEnglishAsync()
    {
        var owner = await _server.AddAdministratorAsync(AdministratorRole.Owner);
        await using var database = _server.OpenDatabase();
        await database.Users.Where(person => person.Id == owner.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(person => person.Locale, "en"));
        return owner;
    }

    private async Task<Browser> OwnerAsync()
    {
        var browser = _server.OpenBrowser();
        await browser.OpenAsync(await _server.AddAdministratorAsync(AdministratorRole.Owner), "/console");
        return browser;
    }

    private static async Task<Page> ProposeAsync(Browser owner, string id, params (string Name, string Value)[] more)
    {
        var page = await owner.GetAsync($"/console/application/change?id={id}");
        var values = more.Any(field => field.Name == Policy) ? more : [(Policy, "WhenEnrolled"), .. more];
        return await owner.SubmitAsync(page, form: null, values);
    }

    private async Task<ClientRegistration> ReadAsync(string id)
    {
        await using var database = _server.OpenDatabase();
        return await database.Clients.AsNoTracking().SingleAsync(client => client.Id == id);
    }

    private async Task SetAsync(string id, SecondFactorPolicy policy)
    {
        await using var database = _server.OpenDatabase();
        await database.Clients.Where(client => client.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(client => client.SecondFactor, policy));
    }
}
