using System.Text.RegularExpressions;
using System.Xml.Linq;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Pages;

[Spec("U70")]
[OneDatabase]
public sealed class TranslationTests
{
    private static readonly string Source = Path.Combine(Repository.Root, "src");

    public static TheoryData<string> Italian =>
        [.. Directory.EnumerateFiles(Source, "*.it.resx", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Source, file))];

    [Theory, MemberData(nameof(Italian))]
    public void Every_text_exists_in_both_languages_with_the_same_places_to_fill(string file)
    {
        var (italian, english) = (Texts(file), Texts(file.Replace(".it.resx", ".en.resx", StringComparison.Ordinal)));
        Assert.Equal(italian.Keys.Order(StringComparer.Ordinal), english.Keys.Order(StringComparer.Ordinal));
        Assert.All(italian, text =>
        {
            Assert.NotEqual("", text.Value.Trim());
            Assert.Equal(Places(text.Value), Places(english[text.Key]));
        });
    }

    [Fact]
    public void There_is_no_english_text_without_an_italian_one()
    {
        var english = Directory.EnumerateFiles(Source, "*.en.resx", SearchOption.AllDirectories);
        Assert.All(english, file => Assert.True(File.Exists(file.Replace(".en.resx", ".it.resx", StringComparison.Ordinal)), file));
    }

    /// <summary>The hyphen of "e-mail" is U+2011 there; mails have markup for it.</summary>
    [Fact]
    public void No_line_of_a_page_breaks_within_an_e_mail()
    {
        var files = Directory.EnumerateFiles(Path.Combine(Source, "Sso.Server", "Pages"), "*.resx", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(Path.GetDirectoryName(file)) != "Dev");
        Assert.All(files, file => Assert.DoesNotContain("e-mail", File.ReadAllText(file), StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The record has a constant, which pages of the console say in words.</summary>
    [Fact]
    public void Whatever_an_operator_does_to_an_account_has_words()
    {
        var constants = Directory.EnumerateFiles(Path.Combine(Source, "Sso.Accounts"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Regex.Matches(
                File.ReadAllText(file), "RecordChange\\(\\s*person, \"([^\"]+)\"", RegexOptions.CultureInvariant))
            .Select(match => match.Groups[1].Value).Distinct().ToList();
        Assert.Contains("unlocked", constants);
        Assert.All(constants, what => Assert.Contains(
            $"Did-{what.Replace(' ', '-')}", Texts(Path.Combine("Sso.Server", "Pages", "Console", "Audit", "Kinds.it.resx")).Keys));
    }

    /// <summary>
    /// Gulpease: 89 + (300 sentences − 10 letters) ÷ words; from 60 on a text is easy for whoever left school after the eighth year.
    /// </summary>
    [Theory, MemberData(nameof(Italian))]
    public void Every_italian_text_is_easy_to_read(string file) => Assert.All(Texts(file), text =>
    {
        var plain = Regex.Replace(text.Value, @"\{\w+\}", "dato", RegexOptions.CultureInvariant);
        var words = Regex.Count(plain, @"[\w’']+", RegexOptions.CultureInvariant);
        var sentences = Math.Max(1, Regex.Count(plain, @"[.!?:;]+(?=\s|$)", RegexOptions.CultureInvariant));
        var ease = words == 0 ? 100 : 89 + (((300d * sentences) - (10 * plain.Count(char.IsLetterOrDigit))) / words);
        Assert.True(ease >= 60, $"{text.Key}: {ease:0}");
    });

    private static Dictionary<string, string> Texts(string file) => XDocument.Load(Path.Combine(Source, file)).Root!.Elements("data")
        .ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);

    private static string Places(string text) => string.Join(
        ' ', Regex.Matches(
            text, @"\{\w+\}", RegexOptions.CultureInvariant).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal));
}
