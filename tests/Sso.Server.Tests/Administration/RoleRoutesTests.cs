using System.Net;
using System.Reflection;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Accounts.Administrators;
using Sso.Data.Administrators;
using Sso.Server.Pages.Console;
using Sso.Server.Pages.Console.Administrators;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Administration;

/// <summary>
/// Every handler of every page of the console, found by itself, asked by every role, by somebody without one and by nobody, about an
/// application of their own, of others, and none that exists: what happens is what the table of roles says.
/// </summary>
[Spec("S113")]
[Spec("S114")]
[OneDatabase]
public sealed class RoleRoutesTests(SsoServer server) : IClassFixture<SsoServer>
{
    public static TheoryData<string> Everybody => [.. Enum.GetNames<AdministratorRole>(), "a customer"];

    private static IEnumerable<(Type Page, MethodInfo Method)> Handlers =>
        from page in typeof(ConsolePage).Assembly.GetTypes()
        where page.IsSubclassOf(typeof(ConsolePage)) && !page.IsAbstract
        from method in page.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        where method.Name.StartsWith("OnGet", StringComparison.Ordinal) || method.Name.StartsWith("OnPost", StringComparison.Ordinal)
        select (page, method);

    [Fact]
    public void Every_handler_of_the_console_names_its_act() => Assert.All(
        Handlers, handler => Assert.True(
            handler.Method.GetCustomAttribute<ActAttribute>() is not null, $"{handler.Page.Name}.{handler.Method.Name}"));

    [Fact]
    public void Nothing_below_the_address_of_the_console_is_anything_else()
    {
        var pages = Routes().Where(route => route.Route.StartsWith("/console", StringComparison.Ordinal)).Select(route => route.Page);
        Assert.All(
            pages,
            page => Assert.True(page.IsSubclassOf(typeof(ConsolePage)) || page == typeof(Setup) || page == typeof(NoAccess), page.Name));
    }

    [Theory, MemberData(nameof(Everybody))]
    public async Task What_each_page_and_form_answers_is_what_the_table_says(string name)
    {
        AdministratorRole? role = Enum.TryParse<AdministratorRole>(name, out var parsed) ? parsed : null;
        await server.ForgetAttemptsAsync();
        var (own, other) = ((await server.RegisterAsync("mia")).Id, (await server.RegisterAsync("sua")).Id);
        var person = await server.AddAdministratorAsync(role, own);
        var customer = await server.AddPersonAsync("ada");
        var colleague = await server.AddAdministratorAsync(AdministratorRole.Auditor);
        await KeepBrandAsync("marchio");
        await server.KeepWebhookAsync("wh_prova");
        var browser = server.OpenBrowser();
        var first = await browser.OpenAsync(person, "/console/applications");
        var recorded = await AnyEventAsync();
        foreach (var (page, method) in Handlers.OrderBy(handler => handler.Method.Name.Contains("Remove", StringComparison.Ordinal)))
        {
            var act = method.GetCustomAttribute<ActAttribute>()!.Act;
            var reach = role is { } given ? Roles.ReachOf(given, act) : Reach.None;
            foreach (var id in (string[])[own, other, "nirgends"])
            {
                var about = page == typeof(RoleForm) ? colleague : customer;
                var url = $"{RouteOf(page)}?sub={about.Subject}&event={recorded:N}&brand=marchio&webhook=wh_prova&id={id}";
                var answer = await AskAsync(browser, first.Token(), url, method.Name);
                var expected = IsLedOn(page, role) ? HttpStatusCode.OK : Expected(reach, NeedsId(page), id, own);
                Assert.True(
                    expected == answer.Status,
                    $"{name}: {page.Name}.{method.Name} about {(id == own ? "mine" : id == other ? "theirs" : "none")}: {answer.Status}");
                Assert.Equal("/console", answer.Path[..8]);
            }
        }
    }

    [Fact]
    public async Task An_app_manager_who_types_the_address_of_the_console_comes_to_the_applications()
    {
        var manager = await server.AddAdministratorAsync(AdministratorRole.AppManager, (await server.RegisterAsync("mia")).Id);
        var browser = server.OpenBrowser();
        Assert.Equal((HttpStatusCode.OK, "/console/applications"), await At("/console"));
        Assert.Equal((HttpStatusCode.Forbidden, "/console/keys"), await At("/console/keys"));

        async Task<(HttpStatusCode, string)> At(string address)
        {
            var page = await browser.OpenAsync(manager, address);
            return (page.Status, page.Path);
        }
    }

    [Fact]
    public async Task Nobody_is_led_to_the_sign_in_page()
    {
        foreach (var (page, _) in Handlers.Where(handler => handler.Method.Name.StartsWith("OnGet", StringComparison.Ordinal)))
        {
            Assert.Equal("/signin", (await server.OpenBrowser().GetAsync(RouteOf(page) + "?id=x")).Path);
        }
    }

    [Fact]
    public async Task A_role_that_is_taken_away_ends_at_once()
    {
        var person = await server.AddAdministratorAsync(AdministratorRole.Owner);
        await server.AddAdministratorAsync(AdministratorRole.Owner);
        var browser = server.OpenBrowser();
        Assert.Equal(HttpStatusCode.OK, (await browser.OpenAsync(person, "/console")).Status);
        await using (var scope = server.App.Services.CreateAsyncScope())
        {
            Assert.Null((await scope.ServiceProvider.GetRequiredService<RemoveAdministrator>()
                .ExecuteAsync(person.UserName, CancellationToken.None)).Error);
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync("/console")).Status);
    }

    private async Task<Guid> AnyEventAsync()
    {
        await using var database = server.OpenDatabase();
        return await database.SecurityEvents.Select(item => item.Id).FirstAsync();
    }

    private async Task KeepBrandAsync(string id)
    {
        await using var database = server.OpenDatabase();
        if (!await database.Brands.AnyAsync(brand => brand.Id == id))
        {
            database.Brands.Add(new() { Id = id, Name = id, Accent = "#1f6f8b", CreatedAt = DateTimeOffset.UnixEpoch });
            await database.SaveChangesAsync();
        }
    }

    private static HttpStatusCode Expected(Reach reach, bool isAboutOne, string id, string own) => reach switch
    {
        Reach.None => HttpStatusCode.Forbidden,
        _ when id == "nirgends" && isAboutOne => HttpStatusCode.NotFound,
        Reach.Own when id != own => HttpStatusCode.NotFound,
        _ => HttpStatusCode.OK,
    };

    private static bool IsLedOn(Type page, AdministratorRole? role) =>
        page == typeof(Sso.Server.Pages.Console.Index) && role == AdministratorRole.AppManager;

    private static bool NeedsId(Type page) => page.IsSubclassOf(typeof(Sso.Server.Pages.Console.Applications.ApplicationPage));

    private static Task<Sso.Testing.Page> AskAsync(Browser browser, string token, string url, string method)
    {
        var name = method.EndsWith("Async", StringComparison.Ordinal) ? method[..^5] : method;
        return name.StartsWith("OnGet", StringComparison.Ordinal)
            ? browser.GetAsync(url)
            : browser.PostAsync($"{url}&handler={name["OnPost".Length..]}", [new("__RequestVerificationToken", token)]);
    }

    private string RouteOf(Type page) => Routes().First(route => route.Page == page).Route;

    private IEnumerable<(Type Page, string Route)> Routes() =>
        from endpoint in server.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        let path = endpoint.Metadata.GetMetadata<PageActionDescriptor>()?.RelativePath
        where path is not null
        let page = typeof(ConsolePage).Assembly.GetType("Sso.Server" + path[..^".cshtml".Length].Replace('/', '.'))
        where page is not null
        select (page, "/" + endpoint.RoutePattern.RawText!.TrimStart('/'));
}
