using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Admin.Brands;
using Sso.Data.Administrators;
using Sso.Data.Brands;
using Sso.Data.Operations;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Administration;

/// <summary>Brands on the console: all their values typed, checked for contrast, and never one tab over another.</summary>
[OneDatabase]
public sealed class BrandsTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    private const string Svg =
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><script>alert(1)</script><rect width='9' height='9'/></svg>";

    private Browser _browser = null!;
    private Customer _owner = null!;

    public async ValueTask InitializeAsync()
    {
        await server.ForgetAttemptsAsync();
        (_browser, _owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        await _browser.OpenAsync(_owner, "/console");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_brand_is_added_with_everything_that_can_be_typed_of_it()
    {
        var page = await _browser.SubmitAsync(
            await _browser.GetAsync("/console/brands/add"), form: "add",
            ("Input.Id", "alba"), ("Input.Name", "Alba"), ("Input.Accent", "#1F6F8B"), ("Input.DarkAccent", "#7fd0e8"),
            ("Input.Tint", "#fafafa"), ("Input.Radius", "3"), ("Input.PrivacyUrl", "https://alba.example/privacy"),
            ("Input.AboutUrl", "https://alba.example/noi"), ("Input.ContactUrl", "https://alba.example/scrivi"),
            ("Input.SupportContact", "aiuto@alba.example"), ("Input.SenderName", "Alba clienti"),
            ("Input.Hosts", "login.alba.example\r\nentra.alba.example"));

        Assert.Equal("/console/brand?brand=alba&done=added", page.Url.PathAndQuery);
        var row = await RowAsync("alba");
        Assert.Equal(("Alba", "#1f6f8b", "#7fd0e8", "#fafafa", 3), (row.Name, row.Accent, row.DarkAccent, row.Tint, row.Radius));
        Assert.Equal(
            ("https://alba.example/privacy", "https://alba.example/noi", "https://alba.example/scrivi"),
            (row.PrivacyUrl, row.AboutUrl, row.ContactUrl));
        Assert.Equal(("aiuto@alba.example", "Alba clienti"), (row.SupportContact, row.SenderName));
        Assert.Equal(["login.alba.example", "entra.alba.example"], row.Hosts);
        await using var database = server.OpenDatabase();
        var recorded = await database.SecurityEvents
            .SingleAsync(item => item.Kind == SecurityEventKind.BrandChanged && item.Detail == "alba added");
        Assert.Equal($"administrator:{_owner.Subject}", recorded.Actor);
    }

    [Fact]
    public async Task The_list_has_the_colours_of_each_how_many_applications_have_it_its_hosts_and_the_usual_one()
    {
        await StoreAsync("bosco", row => row.Hosts = ["login.bosco.example"]);
        await server.RegisterAsync("taglialegna", client => client.BrandId = "bosco");
        var page = await _browser.GetAsync("/console/brands");
        var item = page.Document.QuerySelectorAll("#brands li")
            .Single(item => item.TextContent.Contains("bosco", StringComparison.Ordinal));
        Assert.Contains("1 applicazione", item.TextContent, StringComparison.Ordinal);
        Assert.Contains("login.bosco.example", item.TextContent, StringComparison.Ordinal);
        Assert.NotNull(item.QuerySelector("svg rect[fill='#1f6f8b']"));
        Assert.Contains("Marchio di base", page.Document.QuerySelector("#brands li:last-child")!.TextContent, StringComparison.Ordinal);
        Assert.Empty(page.Document.QuerySelectorAll("[style]"));
    }

    [Theory]
    [InlineData("Accent", "#777777", "4.5:1")]
    [InlineData("Accent", "rosso", "#1f6f8b")]
    [InlineData("DarkAccent", "#101020", "3:1")]
    [InlineData("Tint", "#333333", "vicino")]
    [InlineData("Radius", "13", "12")]
    [InlineData("Radius", "tondo", "12")]
    [InlineData("PrivacyUrl", "http://alba.example", "https")]
    [InlineData("SupportContact", "Chiedi a Pino", "numero di telefono")]
    [InlineData("Name", "", "60")]
    [InlineData("SenderName", "Lago <x@y>", "60")]
    [InlineData("Hosts", "https://login.example", "senza https")]
    [InlineData("Id", "Con Spazi", "lettere minuscole")]
    public async Task A_flawed_value_is_told_at_its_field_and_everything_typed_is_still_there(string field, string value, string told)
    {
        (string, string)[] typed =
            [("Input.Id", "difettoso"), ("Input.Name", "Il Mio"), ("Input.Accent", "#1f6f8b"), ("Input.AboutUrl", "https://mio.example")];
        var page = await _browser.SubmitAsync(
            await _browser.GetAsync("/console/brands/add"), form: "add",
            [.. typed.Where(pair => pair.Item1 != $"Input.{field}"), ($"Input.{field}", value)]);

        var id = field.ToLowerInvariant();
        Assert.Equal("/console/brands/add", page.Path);
        Assert.Contains(told, page.Document.GetElementById($"{id}-error")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.Document.QuerySelector($"#error-summary a[href='#{id}']"));
        var element = page.Document.GetElementById(id)!;
        Assert.Equal(value, element.GetAttribute("value") ?? element.TextContent);
        Assert.Equal("https://mio.example", page.Document.GetElementById("abouturl")!.GetAttribute("value"));
        await using var database = server.OpenDatabase();
        Assert.False(await database.Brands.AnyAsync(brand => brand.Id == "difettoso"));
    }

    [Fact]
    public async Task An_id_or_a_host_of_another_brand_is_refused_in_the_language_of_the_reader()
    {
        await StoreAsync("costa", row => row.Hosts = ["login.costa.example"]);
        _browser.AcceptLanguage = "en";
        var page = await AddAsync("costa", "login.altra.example");
        Assert.Contains("already", page.Document.GetElementById("id-error")!.TextContent, StringComparison.Ordinal);
        page = await AddAsync("altra", "LOGIN.costa.example");
        Assert.Contains("another brand", page.Document.GetElementById("hosts-error")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_another_administrator_changed_meanwhile_is_shown_and_not_overwritten()
    {
        await StoreAsync("duna");
        const string path = "/console/brand/change?brand=duna";
        var mine = await _browser.GetAsync(path);
        await _browser.SubmitAsync(await _browser.GetAsync(path), form: "change", ("Input.Accent", "#8a3700"));
        Assert.Equal("#8a3700", (await RowAsync("duna")).Accent);

        var page = await _browser.SubmitAsync(mine, form: "change", ("Input.Name", "Duna mia"));
        Assert.Equal(path, page.Url.PathAndQuery);
        Assert.Equal(
            ["#8a3700"], page.Document.QuerySelectorAll("section[aria-labelledby=theirs] code").Select(code => code.TextContent));
        Assert.Equal("Duna mia", page.Document.GetElementById("name")!.GetAttribute("value"));
        Assert.Equal(("Duna", "#8a3700"), ((await RowAsync("duna")).Name, (await RowAsync("duna")).Accent));

        page = await _browser.SubmitAsync(page, form: "change", ("Input.Accent", "#8a3700"));
        Assert.Equal("/console/brand", page.Path);
        Assert.Equal(("Duna mia", "#8a3700"), ((await RowAsync("duna")).Name, (await RowAsync("duna")).Accent));
    }

    [Fact]
    public async Task A_change_with_too_old_a_proof_does_nothing_and_comes_back_as_it_was_typed()
    {
        await StoreAsync("eremo");
        var page = await _browser.GetAsync("/console/brand/change?brand=eremo");
        await server.PassAsync(TimeSpan.FromMinutes(6));
        page = await _browser.SubmitAsync(page, form: "change", ("Input.Name", "Eremo nuovo"), ("Input.Hosts", "login.eremo.example"));
        page = await _browser.ProveAsync(_owner, page);
        Assert.Equal("/console/brand/change?brand=eremo", page.Url.PathAndQuery);
        Assert.Equal("Eremo nuovo", page.Document.GetElementById("name")!.GetAttribute("value"));
        Assert.Equal("login.eremo.example", page.Document.GetElementById("hosts")!.TextContent);
        Assert.Equal("Eremo", (await RowAsync("eremo")).Name);
        page = await _browser.SubmitAsync(page, form: "change", ("Input.Hosts", ""));
        Assert.Equal("/console/brand", page.Path);
        Assert.Equal("Eremo nuovo", (await RowAsync("eremo")).Name);
    }

    [Fact]
    public async Task A_brand_is_removed_by_its_name_and_only_while_no_application_has_it()
    {
        await StoreAsync("faggio");
        var shop = await server.RegisterAsync("falegname", client => client.BrandId = "faggio");
        var page = await _browser.GetAsync("/console/brand?brand=faggio");
        Assert.Null(page.Document.GetElementById("removing"));
        page = await _browser.PostAsync(
            "/console/brand?brand=faggio&handler=Remove",
            [new("__RequestVerificationToken", page.Token()), new("Input.Name", "Faggio")]);
        Assert.Contains("alcune applicazioni lo usano", Told(page), StringComparison.Ordinal);

        await using (var database = server.OpenDatabase())
        {
            await database.Clients.Where(client => client.Id == shop.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(client => client.BrandId, (string?)null));
        }

        page = await _browser.SubmitAsync(await _browser.GetAsync("/console/brand?brand=faggio"), form: "removing", ("Input.Name", "Pino"));
        Assert.Contains("Faggio", page.Document.GetElementById("name-error")!.TextContent, StringComparison.Ordinal);
        page = await _browser.SubmitAsync(page, form: "removing", ("Input.Name", "Faggio"));
        Assert.Equal("/console/brands?done=removed", page.Url.PathAndQuery);
        await using var after = server.OpenDatabase();
        Assert.False(await after.Brands.AnyAsync(brand => brand.Id == "faggio"));
        Assert.Equal(HttpStatusCode.NotFound, (await _browser.GetAsync("/console/brand?brand=faggio")).Status);
    }

    [Fact]
    public async Task A_logo_is_cleaned_shown_at_once_and_taken_away_again()
    {
        await StoreAsync("gelso");
        var page = await UploadAsync("gelso", Encoding.UTF8.GetBytes(Svg));
        Assert.Equal("/console/brand?brand=gelso&done=logo", page.Url.PathAndQuery);
        var row = await RowAsync("gelso");
        Assert.Equal("svg", row.LogoFormat);
        Assert.DoesNotContain("script", Encoding.UTF8.GetString(row.Logo!), StringComparison.Ordinal);
        Assert.Equal(
            "data:image/svg+xml;base64," + Convert.ToBase64String(row.Logo!),
            page.Document.QuerySelector("img.paper")!.GetAttribute("src"));

        page = await _browser.SubmitAsync(await _browser.GetAsync("/console/brand/logo?brand=gelso"), form: "removing");
        Assert.Contains("tolto", page.Document.QuerySelector(".notice.success")!.TextContent, StringComparison.Ordinal);
        Assert.Null((await RowAsync("gelso")).Logo);
    }

    [Theory]
    [InlineData("too large for any", "24 KiB")]
    [InlineData("too large for the page", "24 KiB")]
    [InlineData("outgrown", "24 KiB")]
    [InlineData("a forged PNG", "PNG valido")]
    [InlineData("a program", "né un SVG")]
    [InlineData("none", "Scegli un file")]
    public async Task A_file_that_is_no_small_picture_is_refused_at_its_field_and_the_logo_stays(string what, string told)
    {
        var brand = "file-" + what.Length;
        await StoreAsync(brand);
        await UploadAsync(brand, Encoding.UTF8.GetBytes(Svg));
        byte[]? file = what switch
        {
            "too large for any" => new byte[3 * 1024 * 1024],
            "too large for the page" => new byte[30 * 1024],
            "outgrown" => OutgrownSvg(),
            "none" => null,
            "a forged PNG" => [0x89, .. "PNG\r\n"u8, 0x1a, 0x0a, .. "<script>alert(1)</script>"u8],
            _ => "#!/bin/sh"u8.ToArray(),
        };
        var page = await UploadAsync(brand, file);
        Assert.Equal($"/console/brand/logo?brand={brand}", page.Url.PathAndQuery);
        Assert.Contains(told, Told(page), StringComparison.Ordinal);
        Assert.Equal("svg", (await RowAsync(brand)).LogoFormat);
    }

    [Fact]
    public async Task A_logo_that_somebody_else_changed_meanwhile_is_not_overwritten()
    {
        await StoreAsync("ibisco");
        var page = await _browser.GetAsync("/console/brand/logo?brand=ibisco");
        await UploadAsync("ibisco", Encoding.UTF8.GetBytes(Svg));
        var theirs = (await RowAsync("ibisco")).Logo;
        var other = Encoding.UTF8.GetBytes(Svg.Replace("'9'", "'8'", StringComparison.Ordinal));
        page = await _browser.UploadAsync(page, "upload", "Input.File", other);
        Assert.Contains("qualcun altro", Told(page), StringComparison.Ordinal);
        Assert.Equal(theirs, (await RowAsync("ibisco")).Logo);
    }

    [Fact]
    public async Task A_proof_is_asked_before_the_form_of_the_logo_because_no_proof_could_bring_a_file_along()
    {
        await StoreAsync("lauro");
        await server.PassAsync(TimeSpan.FromMinutes(6));
        Assert.Equal("/console/brand", (await _browser.GetAsync("/console/brand?brand=lauro")).Path);
        var page = await _browser.GetAsync("/console/brand/logo?brand=lauro");
        Assert.Equal("/signin", page.Path);
        page = await _browser.ProveAsync(_owner, page);
        Assert.Equal("/console/brand/logo?brand=lauro", page.Url.PathAndQuery);
    }

    [Fact]
    public async Task A_preview_is_the_real_page_with_values_that_nobody_stored()
    {
        await StoreAsync("melo");
        await UploadAsync("melo", Encoding.UTF8.GetBytes(Svg));
        var before = await RowAsync("melo");
        var page = await PreviewAsync(
            "melo", ("Input.Name", "Melo nuovo"), ("Input.Accent", "#8a3700"), ("Input.AboutUrl", "https://melo.example/noi"),
            ("Input.SupportContact", "+39 06 1234"), ("Input.Tint", "#fbf7f2"), ("Input.Radius", "12"));
        var sheet = SheetOf(page);
        var css = await _browser.GetAsync(sheet);

        Assert.Equal("/console/brands/preview", page.Path);
        Assert.EndsWith("– Melo nuovo", page.Document.Title, StringComparison.Ordinal);
        Assert.Equal("Melo nuovo", page.Document.QuerySelector(".head .brand img")!.GetAttribute("alt"));
        Assert.StartsWith(
            "data:image/svg+xml;base64,", page.Document.QuerySelector(".head .brand img")!.GetAttribute("src"), StringComparison.Ordinal);
        Assert.NotNull(page.Document.QuerySelector(".foot a[href='https://melo.example/noi']"));
        Assert.NotNull(page.Document.QuerySelector(".foot a[href='tel:+39061234']"));
        Assert.Equal("text/css; charset=utf-8", css.Headers["Content-Type"]);
        Assert.Contains("--radius:12px", css.Text, StringComparison.Ordinal);
        Assert.Contains("--page:#fbf7f2", css.Text, StringComparison.Ordinal);
        Assert.Contains("--accent:#8a3700;", css.Text, StringComparison.Ordinal);
        var after = await RowAsync("melo");
        Assert.Equal((before.Name, before.Accent, before.AboutUrl), (after.Name, after.Accent, after.AboutUrl));
    }

    [Fact]
    [Spec("U57")]
    public async Task A_preview_tells_the_measured_contrasts_in_both_schemes_and_which_colour_could_not_be_saved()
    {
        var page = await PreviewAsync(null, ("Input.Name", "Grigio"), ("Input.Accent", "#777777"));
        foreach (var (scheme, shades) in new[]
        {
            ("light", AccentShades.Light(Colour.Parse("#777777"))),
            ("dark", AccentShades.Dark(AccentShades.DarkFrom(Colour.Parse("#777777")))),
        })
        {
            var told = page.Document.QuerySelectorAll($"section[aria-labelledby={scheme}] strong").Select(item => item.TextContent)
                .ToList();
            Assert.Equal(9, told.Count);
            Assert.Contains(AccentShades.Ratio(shades.Fill.ContrastWith(shades.Text)), told);
            Assert.Contains(AccentShades.Ratio(shades.EdgeContrast), told);
        }

        Assert.Contains(
            "NON va bene", page.Document.QuerySelector("section[aria-labelledby=light]")!.TextContent, StringComparison.Ordinal);
        Assert.Contains(
            AccentShades.NearestReadable(Colour.Parse("#777777"), AccentShades.Light).ToString(),
            page.Document.QuerySelector("main .notice.warning")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.Document.QuerySelector("#sample .summary a"));
        Assert.NotNull(page.Document.QuerySelector("#sample #code[aria-invalid=true]"));
    }

    [Fact]
    public async Task A_scheme_can_be_chosen_whatever_the_device_asks_for()
    {
        var page = await PreviewAsync(null, ("Input.Name", "Notte"), ("Input.Accent", "#1f6f8b"), ("Input.DarkAccent", "#7fd0e8"));
        page = await _browser.GetAsync(page.Document.QuerySelector("a[href$='scheme=dark']")!.GetAttribute("href")!);
        var sheet = SheetOf(page);
        var always = (await _browser.GetAsync(sheet)).Text.Split('\n').Single(
            line => line.StartsWith(":root{color-scheme:dark;", StringComparison.Ordinal));
        Assert.Contains("--accent:#7fd0e8;", always, StringComparison.Ordinal);
        Assert.Contains($"--surface:{AccentShades.DarkSurface};", always, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_preview_has_a_mail_in_a_frame_that_can_run_and_send_nothing()
    {
        var page = await PreviewAsync(null, ("Input.Name", "Posta Pia"), ("Input.Accent", "#1f6f8b"), ("Input.SenderName", "Pia"));
        Assert.Contains("frame-src 'self'", page.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.Contains("Pia", page.Document.QuerySelector("section[aria-labelledby=mail] p")!.TextContent, StringComparison.Ordinal);
        var mail = await _browser.GetAsync(page.Document.QuerySelector("iframe")!.GetAttribute("src")!);
        Assert.Contains("Posta Pia", mail.Text, StringComparison.Ordinal);
        Assert.Contains("#1f6f8b", mail.Text, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", mail.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.Contains("form-action 'none'", mail.Headers["Content-Security-Policy"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_are_listed_in_the_order_of_the_fields()
    {
        var page = await _browser.SubmitAsync(
            await _browser.GetAsync("/console/brands/add"), form: "add",
            ("Input.Id", "Ä"), ("Input.Name", ""), ("Input.Accent", "rosso"), ("Input.Tint", "blu"), ("Input.Radius", "99"),
            ("Input.AboutUrl", "noi"), ("Input.Hosts", "https://x"));
        Assert.Equal(
            ["#id", "#name", "#accent", "#tint", "#radius", "#abouturl", "#hosts"],
            page.Document.QuerySelectorAll("#error-summary a").Select(link => link.GetAttribute("href")));
    }

    [Fact]
    public async Task What_goes_into_no_page_is_not_previewed_either_and_its_tab_says_why()
    {
        var page = await PreviewAsync(
            null, ("Input.Name", "Cattivo"), ("Input.Accent", "red;}"), ("Input.AboutUrl", "javascript:alert(1)"));
        Assert.Equal("/console/brands/preview", page.Url.PathAndQuery);
        Assert.Equal(2, page.Document.QuerySelectorAll("#error-summary li").Length);
        Assert.Null(page.Document.GetElementById("sample"));
        Assert.Contains("Colore del pulsante principale: Scrivi il colore", Told(page), StringComparison.Ordinal);
        Assert.Contains("Pagina “Chi siamo”: Scrivi l’indirizzo", Told(page), StringComparison.Ordinal);
        Assert.DoesNotContain("javascript:", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_preview_is_made_by_a_form_only_and_lasts_an_hour()
    {
        var page = await PreviewAsync(null, ("Input.Name", "Effimero"), ("Input.Accent", "#1f6f8b"));
        var (path, sheet) = (page.Url.PathAndQuery, SheetOf(page));
        Assert.Null((await _browser.GetAsync(path[..^3] + "AAA")).Document.GetElementById("sample"));
        for (var quarter = 0; quarter < 5; quarter++)
        {
            await server.PassAsync(TimeSpan.FromMinutes(13));
            page = await _browser.GetAsync(path);
        }

        Assert.Equal((HttpStatusCode.OK, path), (page.Status, page.Url.PathAndQuery));
        Assert.Null(page.Document.GetElementById("sample"));
        Assert.Equal(HttpStatusCode.NotFound, (await _browser.GetAsync(sheet)).Status);
    }

    [Fact]
    public async Task A_preview_that_cannot_be_shown_says_so_after_the_proof_too()
    {
        var values = Values(("Input.Name", "Paziente"), ("Input.Accent", "rosso"));
        var token = (await _browser.GetAsync("/console/brands/add")).Token();
        await server.PassAsync(TimeSpan.FromMinutes(16));
        var page = await _browser.PostAsync("/console/brands/preview", [new("__RequestVerificationToken", token), .. values]);
        page = await _browser.ProveAsync(_owner, page);
        Assert.Equal(
            ["Colore del pulsante principale: Scrivi il colore con # e sei cifre, come #1f6f8b."],
            page.Document.QuerySelectorAll("#error-summary li").Select(item => item.TextContent.Trim()));
    }

    [Fact]
    public async Task Whoever_deletes_a_brand_is_told_which_hosts_stop_answering()
    {
        await AddAsync("tiglio", "login.tiglio.example");
        var page = await _browser.GetAsync("/console/brand?brand=tiglio");
        Assert.Contains(
            "login.tiglio.example", page.Document.QuerySelector("section[aria-labelledby=remove] .notice.warning")!.TextContent,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_preview_that_had_to_wait_for_a_proof_is_shown_after_it()
    {
        var values = Values(("Input.Name", "Paziente"), ("Input.Accent", "#1f6f8b"));
        var token = (await _browser.GetAsync("/console/brands/add")).Token();
        await server.PassAsync(TimeSpan.FromMinutes(16));
        var page = await _browser.PostAsync("/console/brands/preview", [new("__RequestVerificationToken", token), .. values]);
        page = await _browser.ProveAsync(_owner, page);
        Assert.EndsWith("– Paziente", page.Document.Title, StringComparison.Ordinal);
        Assert.NotNull(page.Document.GetElementById("sample"));
    }

    [Theory]
    [InlineData(AdministratorRole.Security)]
    [InlineData(AdministratorRole.Auditor)]
    [Spec("S113")]
    public async Task Who_may_only_look_sees_a_brand_and_no_form_and_gets_no_preview_of_others(AdministratorRole role)
    {
        await StoreAsync("quercia" + (int)role);
        var preview = await PreviewAsync(null, ("Input.Name", "Altrui"), ("Input.Accent", "#1f6f8b"));
        await server.ForgetAttemptsAsync();
        var (browser, person) = (server.OpenBrowser(), await server.AddAdministratorAsync(role));
        var page = await browser.OpenAsync(person, $"/console/brand?brand=quercia{(int)role}");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Empty(page.Document.QuerySelectorAll("main form"));
        foreach (var path in (string[])
        [
            preview.Url.PathAndQuery, SheetOf(preview),
            preview.Document.QuerySelector("iframe")!.GetAttribute("src")!, "/console/brands/add",
            $"/console/brand/change?brand=quercia{(int)role}", $"/console/brand/logo?brand=quercia{(int)role}",
        ])
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync(path)).Status);
        }
    }

    private static string Told(Page page) => page.Document.GetElementById("error-summary")!.TextContent;

    private static string SheetOf(Page page) => page.Document.QuerySelectorAll("link[rel=stylesheet]")[^1].GetAttribute("href")!;

    private static IEnumerable<KeyValuePair<string, string>> Values(params (string Name, string Value)[] values) =>
        values.Select(value => KeyValuePair.Create(value.Name, value.Value));

    private async Task<Page> PreviewAsync(string? brand, params (string Name, string Value)[] values) => await _browser.PostAsync(
        "/console/brands/preview" + (brand is null ? "" : $"?brand={brand}"),
        [new("__RequestVerificationToken", (await _browser.GetAsync("/console/brands/add")).Token()), .. Values(values)]);

    private async Task<Page> AddAsync(string id, string host) => await _browser.SubmitAsync(
        await _browser.GetAsync("/console/brands/add"), form: "add",
        ("Input.Id", id), ("Input.Name", "Altra"), ("Input.Accent", "#1f6f8b"), ("Input.Hosts", host));

    /// <summary>Small enough as it is given, and too large once its styles are attributes.</summary>
    private static byte[] OutgrownSvg()
    {
        const string Shape =
            "<rect width='1' height='1' style='fill:#fff;stroke:#000;opacity:1;fill-opacity:1;stroke-width:1;stroke-opacity:1'/>";
        var svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'>"
            + string.Concat(Enumerable.Repeat(Shape, (BrandLogo.Largest - 70) / Shape.Length)) + "</svg>";
        Assert.True(svg.Length <= BrandLogo.Largest);
        return Encoding.UTF8.GetBytes(svg);
    }

    private async Task<Page> UploadAsync(string brand, byte[]? file) => await _browser.UploadAsync(
        await _browser.GetAsync($"/console/brand/logo?brand={brand}"), "upload", "Input.File", file);

    private async Task<BrandRegistration> RowAsync(string id)
    {
        await using var database = server.OpenDatabase();
        return await database.Brands.SingleAsync(brand => brand.Id == id);
    }

    private async Task StoreAsync(string id, Action<BrandRegistration>? change = null)
    {
        var row = new BrandRegistration
        {
            Id = id,
            Name = char.ToUpperInvariant(id[0]) + id[1..],
            Accent = "#1f6f8b",
            Radius = 6,
            CreatedAt = DateTimeOffset.UnixEpoch,
        };
        change?.Invoke(row);
        await using (var database = server.OpenDatabase())
        {
            database.Brands.Add(row);
            await database.SaveChangesAsync();
        }

        await server.App.Services.GetRequiredService<BrandDirectory>().LoadAsync(default);
    }
}
