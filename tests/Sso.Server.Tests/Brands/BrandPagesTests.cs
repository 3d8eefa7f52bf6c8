using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Brands;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Brands;

/// <summary>What a stored brand does to pages and mails.</summary>
public sealed class BrandPagesTests(SsoServer server) : IClassFixture<SsoServer>
{
    private const string Svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"><rect width=\"1\" height=\"1\" /></svg>";

    [Fact]
    public async Task The_client_of_the_flow_decides_the_brand_of_every_page_and_mail_on_the_way()
    {
        var brand = await StoreAsync("lago", row => (row.SenderName, row.SupportContact) = ("Lago clienti", "aiuto@lago.example"));
        var shop = await server.RegisterAsync("shop", client => client.BrandId = brand);
        var (ada, browser) = (await server.AddPersonAsync("ada"), server.OpenBrowser());

        var page = await browser.GetAsync(shop.AuthorizeUrl());

        Assert.Equal("Accedi – Lago", page.Document.Title);
        Assert.Contains("shop", page.Document.QuerySelector(".context")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("Lago", page.Document.QuerySelector(".brand img")!.GetAttribute("alt"));
        Assert.NotNull(page.Document.QuerySelector(".foot a[href='mailto:aiuto@lago.example']"));
        page = await browser.GetAsync(page.Document.QuerySelector("main a[href^='/password/forgot']")!.GetAttribute("href")!);
        Assert.EndsWith("– Lago", page.Document.Title, StringComparison.Ordinal);
        await browser.SubmitAsync(page, ("Input.UserName", ada.UserName));
        var mail = Assert.Single(await ada.MailsAsync());
        Assert.Equal("Lago clienti", mail.SenderName);
        Assert.EndsWith("– Lago", mail.Subject, StringComparison.Ordinal);
        Assert.Contains("aiuto@lago.example", mail.Text, StringComparison.Ordinal);
        Assert.Contains("background:#1f6f8b", mail.Html, StringComparison.Ordinal);
    }

    /// <summary>They had the name of the configuration, and with that of our sample settings they read as sample codes.</summary>
    [Theory]
    [InlineData("it", "Codici di recupero di ada per Lago,")]
    [InlineData("en", "Recovery codes for ada at Lago,")]
    public async Task Printed_recovery_codes_bear_the_brand_of_their_page(string language, string heading)
    {
        var brand = await StoreAsync("carta-" + language, row => row.Name = "Lago");
        var shop = await server.RegisterAsync(
            "shop", client => (client.BrandId, client.SecondFactor) = (brand, SecondFactorPolicy.Required));
        Assert.StartsWith(heading, await HeadingAsync(server, shop.AuthorizeUrl(), language), StringComparison.Ordinal);
    }

    /// <summary>A name that nobody chose tells nothing of where the codes belong.</summary>
    [Theory]
    [InlineData("it", "Codici di recupero di ada per sso.test,")]
    [InlineData("en", "Recovery codes for ada at sso.test,")]
    public async Task Without_a_name_of_the_installation_they_bear_its_address(string language, string heading)
    {
        await using var unnamed = new SsoServer { Settings = { "--Brand:Name=Sso" } };
        await unnamed.InitializeAsync();
        Assert.StartsWith(heading, await HeadingAsync(unnamed, "/account", language), StringComparison.Ordinal);
    }

    private static async Task<string> HeadingAsync(SsoServer server, string path, string language)
    {
        var (ada, browser) = (await server.AddPersonAsync("ada"), server.OpenBrowser());
        browser.AcceptLanguage = language;
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync(path), ada);
        page = await browser.SubmitAsync(await browser.SubmitAsync(page), ("Input.Method", "app"));
        page = await browser.SubmitAsync(page, ("Input.Code", await server.AppCodeAsync(ada.Id)));
        var heading = page.Document.QuerySelector(".print-only")!.TextContent;
        Assert.Equal(heading, page.Document.QuerySelector("[data-download]")!.GetAttribute("data-heading"));
        return heading.Replace(ada.UserName, "ada", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Elsewhere_the_host_decides_and_then_the_configuration()
    {
        await StoreAsync("monte", row => row.Hosts = ["login.monte.example"]);
        using var client = server.Backchannel();
        Assert.Contains("– Monte</title>", await client.GetStringAsync("https://login.monte.example/signedout"), StringComparison.Ordinal);
        Assert.Contains(
            "– Monte</title>", await (await client.GetAsync("https://login.monte.example/no-such-page")).Content.ReadAsStringAsync(),
            StringComparison.Ordinal);
        var usual = await client.GetStringAsync("/signedout");
        Assert.Contains("– Nuvola</title>", usual, StringComparison.Ordinal);
        Assert.DoesNotContain("/brand/", usual, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("S63")]
    public async Task Its_files_come_from_us_are_kept_for_a_year_and_hold_properties_only()
    {
        var brand = await StoreAsync("fiume", row => row.Tint = "#fafafa");
        var shop = await server.RegisterAsync("shop", client => client.BrandId = brand);
        var page = await server.OpenBrowser().GetAsync(shop.AuthorizeUrl());
        var (sheet, logo) = (page.Document.QuerySelector("link[href^='/brand/']")!.GetAttribute("href")!,
            page.Document.QuerySelector(".brand img")!.GetAttribute("src")!);
        using var client = server.Backchannel();

        foreach (var (path, type) in ((string, string)[])[(sheet, "text/css"), (logo, "image/svg+xml")])
        {
            using var answer = await client.GetAsync(path);
            Assert.Equal((HttpStatusCode.OK, type), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
            Assert.Equal("public, max-age=31536000, immutable", string.Join(", ", answer.Headers.GetValues("Cache-Control")));
            Assert.DoesNotContain(
                "unsafe", string.Join(' ', answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        }

        Assert.Equal(Svg, await client.GetStringAsync(logo));
        var css = await client.GetStringAsync(sheet);
        Assert.Equal(13, css.Split("--").Length - 1);
        Assert.Contains("--accent:#1f6f8b;--accent-text:#ffffff", css, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", css, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_reaches_the_other_node_at_its_next_poll_and_changes_the_address()
    {
        var brand = await StoreAsync("valle", _ => { });
        var other = await server.StartSecondNodeAsync();
        try
        {
            var shop = await server.RegisterAsync("shop", client => client.BrandId = brand);
            await other.ReloadAsync();
            var browser = other.OpenBrowser();
            var before = (await browser.GetAsync(shop.AuthorizeUrl())).Document.QuerySelector("link[href^='/brand/']")!
                .GetAttribute("href")!;

            await ChangeAsync(brand, row => row.Accent = "#8a2be2");
            await other.ReloadAsync();

            var after = (await browser.GetAsync(shop.AuthorizeUrl())).Document.QuerySelector("link[href^='/brand/']")!
                .GetAttribute("href")!;
            Assert.NotEqual(before, after);
            using var client = other.Backchannel();
            using var old = await client.GetAsync(before);
            Assert.Equal("no-store", string.Join(", ", old.Headers.GetValues("Cache-Control")));
            Assert.Contains("#8a2be2", await old.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        finally
        {
            await other.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("/brand/nobody.0123.css")]
    [InlineData("/brand/nobody.css")]
    [InlineData("/brand/..%2f.0.css")]
    public async Task What_is_not_a_file_of_a_brand_is_not_there(string path)
    {
        using var client = server.Backchannel();
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(path)).StatusCode);
    }

    private async Task<string> StoreAsync(string id, Action<BrandRegistration> change)
    {
        var brand = new BrandRegistration
        {
            Id = id,
            Name = char.ToUpperInvariant(id[0]) + id[1..],
            Accent = "#1f6f8b",
            Radius = 6,
            Logo = Encoding.UTF8.GetBytes(Svg),
            LogoFormat = "svg",
            CreatedAt = server.Clock.GetUtcNow(),
        };
        change(brand);
        await using var database = server.OpenDatabase();
        database.Brands.Add(brand);
        await database.SaveChangesAsync();
        await database.RaiseBrandsVersionAsync(CancellationToken.None);
        await server.ReloadAsync();
        return id;
    }

    private async Task ChangeAsync(string id, Action<BrandRegistration> change)
    {
        await using var database = server.OpenDatabase();
        change(await database.Brands.SingleAsync(brand => brand.Id == id));
        await database.SaveChangesAsync();
        await database.RaiseBrandsVersionAsync(CancellationToken.None);
    }
}
