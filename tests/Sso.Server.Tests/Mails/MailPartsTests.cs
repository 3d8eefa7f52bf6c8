using System.Text.Json;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Microsoft.Extensions.DependencyInjection;
using Sso.Accounts.Mails;
using Sso.Accounts.Visits;
using Sso.Admin.Brands;
using Sso.Data.Brands;
using Sso.Delivery.Mail;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Mails;

/// <summary>
/// What holds for every mail, in both languages and for a brand with all that a brand can have. How they look is proved in
/// Sso.Browser.Tests.
/// </summary>
[Spec("S12")]
[OneDatabase]
public sealed partial class MailPartsTests(SsoServer server) : IClassFixture<SsoServer>
{
    public static TheoryData<string> Languages => ["it", "en"];

    [Theory, MemberData(nameof(Languages))]
    public void Both_parts_say_the_same_in_the_same_order(string language) => Assert.All(Write(language), mail =>
    {
        var document = Parse(mail);
        var said = document.QuerySelectorAll(".card, tr:has(.card) ~ tr").SelectMany(part => part.GetDescendants().OfType<IText>());
        Assert.Equal(WordsOf(Address().Replace(mail.Text, "")), WordsOf(string.Join(' ', said.Select(text => text.Data))));
    });

    [Theory, MemberData(nameof(Languages))]
    public void Both_parts_lead_to_the_same_places(string language) => Assert.All(Write(language), mail =>
    {
        var links = Parse(mail).QuerySelectorAll("a").Select(link => link.GetAttribute("href")!).ToList();
        Assert.Equal(
            Address().Matches(mail.Text).Select(match => match.Value),
            links.Where(link => link.StartsWith("https:", StringComparison.Ordinal)));
        Assert.Equal("mailto:aiuto@lago.example", links[^1]);
        Assert.EndsWith(": aiuto@lago.example\n", mail.Text, StringComparison.Ordinal);
    });

    [Theory, MemberData(nameof(Languages))]
    public void The_mailbox_shows_what_happened_beside_the_subject_and_that_is_not_seen_twice(string language) =>
        Assert.All(Write(language), mail =>
        {
            var document = Parse(mail);
            var preview = document.Body!.FirstElementChild!;
            Assert.Contains("display:none", preview.GetAttribute("style"), StringComparison.Ordinal);
            Assert.Equal(document.QuerySelector(".card p")!.TextContent, preview.TextContent.Split('\u034f')[0]);
        });

    [Theory, MemberData(nameof(Languages))]
    [Spec("U02")]
    [Spec("U58")]
    public void It_is_in_one_language_and_says_so_and_knows_both_schemes(string language) => Assert.All(Write(language), mail =>
    {
        var document = Parse(mail);
        // Programs that throw the head away keep the second.
        Assert.Equal([language, language], document.QuerySelectorAll("[lang]").Select(part => part.GetAttribute("lang")));
        Assert.NotNull(document.QuerySelector("meta[name=color-scheme][content='light dark']"));
        Assert.Contains("prefers-color-scheme:dark", document.QuerySelector("style")!.TextContent, StringComparison.Ordinal);
        Assert.Equal($"{document.QuerySelector("h1")!.TextContent} – Lago", mail.Subject);
    });

    [Theory, MemberData(nameof(Languages))]
    [Spec("S63")]
    public void Nothing_in_it_is_fetched_and_the_one_picture_travels_with_it_and_has_a_name(string language) =>
        Assert.All(Write(language), mail =>
        {
            var document = Parse(mail);
            Assert.Equal("lago", mail.LogoOf);
            var picture = Assert.Single(document.QuerySelectorAll("[src], [background], [srcset], link, script, iframe, object"));
            Assert.Equal(("cid:logo", "Lago", "80", "40"), (
                picture.GetAttribute("src"), picture.GetAttribute("alt"), picture.GetAttribute("width"), picture.GetAttribute("height")));
            Assert.DoesNotContain("url(", mail.Html, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("@import", mail.Html, StringComparison.OrdinalIgnoreCase);
        });

    [Theory]
    [InlineData("it", @"\b\d{1,2} (novembre|dicembre) 2026 alle \d\d:\d\d \(ora di Roma\)")]
    [InlineData("en", @"\b\d{1,2} (November|December) 2026 at \d\d:\d\d \(Rome time\)")]
    public void Every_time_in_it_is_that_of_the_person_and_names_the_zone(string language, string written) =>
        Assert.All(Write(language), mail =>
        {
            var times = Regex.Count(mail.Text, @"\d\d:\d\d", RegexOptions.CultureInvariant);
            Assert.Equal(
                times, Regex.Count(mail.Text, written.Replace(" ", "[ \u00a0]", StringComparison.Ordinal), RegexOptions.CultureInvariant));
            Assert.DoesNotContain("UTC", Prose(mail), StringComparison.Ordinal);
        });

    [Theory, MemberData(nameof(Languages))]
    public void One_thing_has_one_name(string language) => Assert.All(Write(language), mail =>
    {
        foreach (var other in (string[])
            ["2FA", "MFA", "due passaggi", "secondo fattore", "modalità", "two-step", "second factor", "verification method"])
        {
            Assert.DoesNotContain(other, Prose(mail), StringComparison.OrdinalIgnoreCase);
        }
    });

    [Theory, MemberData(nameof(Languages))]
    public void It_fits_its_row(string language) =>
        Assert.All(Write(language), mail => Assert.InRange(JsonSerializer.SerializeToUtf8Bytes(mail).Length, 1, 15_000));

    [Fact]
    public void A_brand_without_a_picture_has_its_first_letter_on_the_accent()
    {
        foreach (var mail in Write("it", row => (row.Name, row.LogoFormat) = ("ènostro", "svg")))
        {
            var document = Parse(mail);
            Assert.Null(mail.LogoOf);
            Assert.Empty(document.QuerySelectorAll("img"));
            Assert.Equal("È", document.QuerySelector("td.accent[aria-hidden]")!.TextContent);
        }
    }

    [Fact]
    public async Task Whoever_lives_elsewhere_reads_the_time_of_that_place()
    {
        var ada = await server.AddPersonAsync("ada", person => (person.ZoneInfo, person.Locale) = ("America/New_York", "en"));
        var browser = server.OpenBrowser();
        await browser.SubmitAsync(await browser.GetAsync("/password/forgot"), ("Input.UserName", ada.UserName));
        var written = TimeZoneInfo.ConvertTime(server.Clock.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("America/New_York"));
        Assert.Contains(
            $"When: {written.Day} November 2026 at {written:HH:mm} (New\u00a0York\u00a0time)".Replace('\u00a0', ' '),
            Assert.Single(await ada.MailsAsync()).Text.Replace('\u00a0', ' '), StringComparison.Ordinal);
    }

    private IReadOnlyList<MailMessage> Write(string language, Action<BrandRegistration>? change = null)
    {
        var row = new BrandRegistration
        {
            Id = "lago",
            Name = "Lago",
            Accent = "#1f6f8b",
            Logo = [0x89, .. "PNG\r\n\u001a\n"u8, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 0, 160, 0, 0, 0, 80],
            LogoFormat = "png",
            SupportContact = "aiuto@lago.example",
            PrivacyUrl = "https://lago.example/privacy",
            AboutUrl = "https://lago.example/chi-siamo",
            CreatedAt = server.Clock.GetUtcNow(),
        };
        change?.Invoke(row);
        var brand = Brand.Of(row);
        var mails = server.App.Services.GetRequiredService<MailPreview>().Write(new Visit { FindBrand = () => brand }, language);
        Assert.True(mails.Count > 25, $"Only {mails.Count} mails.");
        // The last mail of all is written when nobody is there, so it has the brand of the configuration.
        return [.. mails.Where(mail => mail.Subject.EndsWith($" – {row.Name}", StringComparison.Ordinal))];
    }

    private static IDocument Parse(MailMessage mail) => new HtmlParser().ParseDocument(mail.Html);

    /// <summary>Without its addresses, whose random half may spell anything.</summary>
    private static string Prose(MailMessage mail) => Address().Replace(mail.Text, "");

    private static List<string> WordsOf(string text) => [.. Word().Matches(text).Select(match => match.Value)];

    [GeneratedRegex(@"https://\S+", RegexOptions.CultureInvariant)]
    private static partial Regex Address();

    [GeneratedRegex(@"[\p{L}\p{N}]+", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
