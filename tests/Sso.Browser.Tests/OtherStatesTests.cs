using System.Text;
using Microsoft.Playwright;
using Sso.Data;
using Sso.Data.Brands;
using Sso.Protocol;
using Sso.Testing;
using Xunit;

namespace Sso.Browser.Tests;

/// <summary>
/// The states that no person brings a demo to within a minute: after a day of waiting, under another brand, with
/// a spent budget, with codes by mail.
/// </summary>
public sealed class OtherStatesTests
{
    private const string Svg =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 4 1\"><rect width=\"4\" height=\"1\" fill=\"#1f6f8b\" /></svg>";

    [Fact]
    [Spec("U02")]
    [Spec("U58")]
    public async Task Nothing_is_found_by_axe_and_by_our_own_checks_in_either_language()
    {
        var flaws = await Task.WhenAll(((string[])["it", "en"]).Select(language => Task.Run(() => WalkAsync(language))));
        Assert.True(flaws.All(found => found.Count == 0), string.Join('\n', flaws.SelectMany(found => found)));
    }

    private static async Task<IReadOnlyCollection<string>> WalkAsync(string language)
    {
        await using var server = new SsoServer
        {
            Url = $"http://localhost:{FreePorts.Take()}",
            Settings =
            {
                "--Delivery:Budget:PerHour=0.01", "--AuthorizationTypes:0:Type=payment", "--AuthorizationTypes:0:English=make a payment",
                "--AuthorizationTypes:0:Italian=fare un pagamento", "--AuthorizationTypes:0:Fields:amount=string",
                "--AuthorizationTypes:0:Fields:creditorName=string",
            },
        };
        await server.InitializeAsync();
        await using var states = new States(server, language);
        var gallery = new Gallery(language);
        await LostFactorAsync(states, gallery);
        await MailCodeAsync(states, gallery);
        await BrandAsync(states, gallery);
        await BudgetAsync(states, gallery);
        await RequestsAsync(states, gallery);
        await NotMeAsync(states, gallery);
        await TooLateAsync(states, gallery);
        return gallery.Flaws;
    }

    /// <summary>A day after every way was lost: the mailbox holds the link, and the link leads to a new factor.</summary>
    private static async Task LostFactorAsync(States states, Gallery gallery)
    {
        var ada = await (await states.Server.AddPersonAsync("ada")).WithAppAsync();
        var page = await states.SignInAsync("/account", ada);
        await page.ClickAsync("main a[href*='/lost']");
        await page.ClickAsync("main button.primary");
        await page.WaitForSelectorAsync("main .card:not(:has(button.primary))");
        await states.Server.PassAsync(TimeSpan.FromHours(25));
        await states.Server.KeepHouseAsync();
        page = await states.SignInAsync("/account", ada);
        await page.ClickAsync("main a[href*='/lost']");
        await gallery.LookAsync(page, "lost-ready");
        var lines = (await ada.MailsAsync()).SelectMany(mail => mail.Text.Split('\n'));
        await page.GotoAsync(lines.First(line => line.StartsWith(states.Server.Url + "/signin/recover?", StringComparison.Ordinal)));
        await gallery.LookAsync(page, "recover-asked");
        await page.ClickAsync("main button.primary");
        await page.WaitForSelectorAsync("[name='Input.Password']");
        await gallery.LookAsync(page, "signin-recovering");
        await States.TypePasswordAsync(page, ada);
        await gallery.LookAsync(page, "enable-recovering");
    }

    private static async Task MailCodeAsync(States states, Gallery gallery)
    {
        var shop = await states.Server.RegisterAsync("shop", client => client.AcceptsMailCodes = true);
        var page = await states.SignInAsync(shop.AuthorizeUrl(), await states.Server.AddPersonAsync("di"));
        Assert.EndsWith("/signin/verify/mail", new Uri(page.Url).AbsolutePath, StringComparison.Ordinal);
        await gallery.LookAsync(page, "challengemail-empty");
        await page.FillAsync("[name='Input.Code']", "000000");
        await page.ClickAsync("main button.primary");
        await page.WaitForSelectorAsync("#error-summary");
        await gallery.LookAsync(page, "challengemail-wrong");
    }

    private static async Task BrandAsync(States states, Gallery gallery)
    {
        await using (var database = states.Server.OpenDatabase())
        {
            database.Brands.Add(new BrandRegistration
            {
                Id = "lago",
                Name = "Lago",
                Accent = "#1f6f8b",
                Tint = "#f4f8f9",
                Radius = 6,
                Logo = Encoding.UTF8.GetBytes(Svg),
                LogoFormat = "svg",
                SupportContact = "aiuto@lago.example",
                CreatedAt = states.Server.Clock.GetUtcNow(),
            });
            await database.SaveChangesAsync();
            await database.RaiseBrandsVersionAsync(CancellationToken.None);
        }

        await states.Server.ReloadAsync();
        var shop = await states.Server.RegisterAsync("lago-shop", client => client.BrandId = "lago");
        var page = await states.OpenAsync(shop.AuthorizeUrl());
        await gallery.LookAsync(page, "signin-branded");
        var bo = await (await states.Server.AddPersonAsync("bo")).WithAppAsync();
        await States.TypePasswordAsync(page, bo);
        await gallery.LookAsync(page, "challengeapp-branded");
    }

    private static async Task BudgetAsync(States states, Gallery gallery)
    {
        var page = await states.SignInAsync("/account", await (await states.Server.AddPersonAsync("cy")).WithPhoneAsync());
        await page.WaitForSelectorAsync("#error-summary");
        await gallery.LookAsync(page, "challengesms-stopped");
    }

    /// <summary>Somebody else was in: everything is put right on one page, which asks for a fresh proof first.</summary>
    private static async Task NotMeAsync(States states, Gallery gallery)
    {
        var gus = await (await states.Server.AddPersonAsync("gus")).WithAppAsync();
        var page = await states.SignInAsync("/account", gus);
        await TypeAppCodeAsync(states, page, gus);
        await gus.WithPhoneAsync();
        await states.Server.PassAsync(TimeSpan.FromMinutes(6));
        await page.GotoAsync(states.Server.Url + "/account/not-me");
        await gallery.LookAsync(page, "notme-explained");
        await page.ClickAsync("main a.primary");
        await page.WaitForSelectorAsync("[name='Input.Password']");
        await States.TypePasswordAsync(page, gus);
        await page.GotoAsync(page.Url.Replace("/verify/choose", "/verify/app", StringComparison.Ordinal));
        await TypeAppCodeAsync(states, page, gus);
        await page.WaitForSelectorAsync("#protect");
        await gallery.LookAsync(page, "notme-form");
        foreach (var box in await page.QuerySelectorAllAsync("[name='Input.Strangers']"))
        {
            await box.CheckAsync();
        }

        await SendAsync();
        await page.WaitForSelectorAsync("#error-summary");
        await gallery.LookAsync(page, "notme-no-method-left");
        await page.UncheckAsync("#strangers");
        await SendAsync();
        await page.WaitForSelectorAsync("section[aria-labelledby=done]");
        await gallery.LookAsync(page, "notme-protected");

        async Task SendAsync()
        {
            await page.FillAsync("[name='Input.Current']", SsoServer.Password);
            await page.FillAsync("[name='Input.Password']", "tutta un'altra frase");
            await page.ClickAsync("#protect button.primary");
        }
    }

    /// <summary>Pages that were left open, sessions that ended elsewhere, forms that another tab made old.</summary>
    private static async Task TooLateAsync(States states, Gallery gallery)
    {
        var (shop, flo) = (await states.Server.RegisterAsync("negozio"), await (await states.Server.AddPersonAsync("flo")).WithAppAsync());
        var page = await states.OpenAsync(shop.AuthorizeUrl());
        await states.Server.PassAsync(TimeSpan.FromMinutes(21));
        await States.TypePasswordAsync(page, flo);
        await gallery.LookAsync(page, "error-leads-on");
        page = await states.OpenAsync("/account");
        await states.Server.PassAsync(TimeSpan.FromMinutes(21));
        await page.FillAsync("[name='Input.UserName']", flo.UserName);
        await page.FillAsync("[name='Input.Password']", SsoServer.Password);
        await page.ClickAsync("main button.primary");
        await page.WaitForSelectorAsync(".notice:not([hidden])");
        await gallery.LookAsync(page, "signin-late");
        await States.TypePasswordAsync(page, flo);
        await TypeAppCodeAsync(states, page, flo);
        var tab = await page.Context.NewPageAsync();
        await tab.GotoAsync(states.Server.Url + "/account/data/delete");
        await page.GotoAsync(states.Server.Url + "/signout");
        await page.ClickAsync("main button.primary");
        await page.ArriveAsync(at => at.AbsolutePath == "/signedout");
        await page.GotoAsync(states.Server.Url + "/account");
        await states.Server.PassAsync(TimeSpan.FromMinutes(1));
        await States.TypePasswordAsync(page, flo);
        await TypeAppCodeAsync(states, page, flo);
        await tab.ClickAsync("main button.primary");
        await tab.WaitForSelectorAsync("#error-summary");
        await gallery.LookAsync(tab, "delete-other-session");
        await states.Server.PassAsync(TimeSpan.FromMinutes(61));
        await page.GotoAsync(states.Server.Url + "/account");
        await gallery.LookAsync(page, "signin-idle");
        page = await states.OpenAsync($"/connect/logout?client_id={shop.Id}");
        await gallery.LookAsync(page, "signedout-offered");
    }

    /// <summary>An application asks somebody who is not before it (CIBA Core).</summary>
    private static async Task RequestsAsync(States states, Gallery gallery)
    {
        var bank = await states.Server.RegisterAsync(
            "bank", client => (client.GrantTypes, client.AuthorizationDetailTypes) = ([GrantTypes.Ciba], ["payment"]));
        var eva = await (await states.Server.AddPersonAsync("eva")).WithAppAsync();
        var page = await states.SignInAsync("/account/requests", eva);
        await TypeAppCodeAsync(states, page, eva);
        await gallery.LookAsync(page, "requests-none");
        const string payment = """[{"type":"payment","amount":"123.50 EUR","creditorName":"Cartoleria Rossi di Castiglion Fiorentino"}]""";
        await bank.AskPersonAsync(eva.UserName, ("binding_message", "Bonifico 4711"), ("authorization_details", payment));
        await page.ReloadAsync();
        await gallery.LookAsync(page, "requests-one");
        await states.Server.PassAsync(TimeSpan.FromMinutes(1));
        await page.ClickAsync("ul.rows button");
        await page.ArriveAsync(at => at.AbsolutePath != "/account/requests");
        if (await page.QuerySelectorAsync("#deny") is null)
        {
            await TypeAppCodeAsync(states, page, eva);
        }

        await gallery.LookAsync(page, "request-answer");
        await page.ClickAsync("#deny button");
        await page.WaitForSelectorAsync(".notice");
        await gallery.LookAsync(page, "requests-denied");
    }

    private static async Task TypeAppCodeAsync(States states, IPage page, Customer customer)
    {
        await page.FillAsync("[name='Input.Code']", await states.Server.AppCodeAsync(customer.Id));
        await page.ClickAsync("main button.primary");
        await page.ArriveAsync(at => !at.AbsolutePath.StartsWith("/signin", StringComparison.Ordinal));
    }

    /// <summary>Each state in a profile of its own.</summary>
    private sealed class States(SsoServer server, string language) : IAsyncDisposable
    {
        private readonly List<IBrowserContext> _profiles = [];

        public SsoServer Server => server;

        public async Task<IPage> OpenAsync(string path)
        {
            var profile = await Chromium.OpenAsync(new() { Locale = language, ReducedMotion = ReducedMotion.Reduce });
            _profiles.Add(profile);
            var page = await profile.NewPageAsync();
            await page.GotoAsync(server.Url + path[path.IndexOf('/', StringComparison.Ordinal)..]);
            return page;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var profile in _profiles)
            {
                await profile.DisposeAsync();
            }
        }

        public async Task<IPage> SignInAsync(string path, Customer customer)
        {
            var page = await OpenAsync(path);
            await TypePasswordAsync(page, customer);
            return page;
        }

        public static async Task TypePasswordAsync(IPage page, Customer customer)
        {
            await page.FillAsync("[name='Input.UserName']", customer.UserName);
            await page.FillAsync("[name='Input.Password']", SsoServer.Password);
            await page.ClickAsync("main button.primary");
            await page.ArriveAsync(at => at.AbsolutePath != "/signin");
        }
    }
}
