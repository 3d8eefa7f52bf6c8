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

    /// <summary>Where the constants of the record come from, and how each place names them.</summary>
    public static TheoryData<string, string> Recorded => new()
    {
        { "Sso.Data/Operations", "Detail = (?:[a-z ]+is null \\? )?\"([^\"]+)\"" },
        { "Sso.Data/Operations", "atOnce \\? \"([^\"]+)\"" },
        { "Sso.Admin", "SecurityEvent\\.ClientChanged\\([^\"]*\"([^\"]+)\"" },
        { "Sso.Admin", "(?<=isOn \\? )\"(enabled)\"" },
        { "Sso.Admin", "Record\\(client, \"([^\"]+)\"" },
        { "Sso.Admin", "SecurityEvent\\.WebhookChanged\\([^\"]*\"([^\"]+)\"" },
        { "Sso.Admin", "RecordBrandChange\\([^\"]*\"([^\"]+)\"" },
        { "Sso.Admin", "RecordAsync\\([^\")]*\"([^\"]+)\"" },
        { "Sso.Admin", "Because = \"([^\"]+)\"" },
        { "Sso.Admin", "SaveAsync\\(client, \"([^\"]+)\"" },
        { "Sso.Accounts", "\"(looser policy [a-z]+)\"" },
        { "Sso.Accounts", "(?:RecordAsync|EndAsync)\\((?:id, ImportJobStatus\\.\\w+, )?\"([^\"]+)\"" },
        { "Sso.Accounts", "Recorded = \"([^\"]+)\"" },
        { "Sso.Accounts", "RecordListed\\(\\s*(?:\\w+\\.Length == 0 \\? )?\"([^\"]+)\"" },
        { "Sso.Accounts", "StopAsync\\([^\"]*\"([^\"]+)\"" },
        { "Sso.Accounts", "because = asked is null \\? \"([^\"]+)\"" },
        { "Sso.Accounts", "personId, \"(test \\w+ sent)\"" },
        { "Sso.Accounts/SignIn", "FailedAsync\\([^\";]*\"([^\"]+)\"" },
        { "Sso.Accounts/Factors", "^\\s+\\w+ => \"([^\"]+)\",$" },
        { "Sso.Data/Backups", "const string (?:Begun|Written) = \"([^\"]+)\"" },
        { "Sso.Server/Token", "InvalidGrant\\(\"([^\"]+)\"" },
        { "Sso.Server/ClientAuthentication", "InvalidClient\\(\"([^\"]+)\"" },
    };

    /// <summary>The record has constants in English, and so have programs that read it; a page of the console has words.</summary>
    [Theory, MemberData(nameof(Recorded))]
    public void Whatever_the_record_calls_something_has_words(string folder, string named)
    {
        var constants = Directory.EnumerateFiles(Path.Combine(Source, folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(file => Regex.Matches(
                File.ReadAllText(file), named, RegexOptions.CultureInvariant | RegexOptions.Multiline))
            .Select(match => match.Groups[1].Value).Where(what => !what.Contains('{', StringComparison.Ordinal)).Distinct().ToList();
        Assert.NotEmpty(constants);
        var words = Texts(Path.Combine("Sso.Server", "Pages", "Console", "Audit", "Kinds.it.resx")).Keys;
        Assert.All(constants, what => Assert.Contains(
            $"Said-{what.Replace(",", "", StringComparison.Ordinal).Replace(' ', '-')}", words));
    }

    /// <summary>"1 people" is what a program says. A number that is always more than one needs no other form.</summary>
    [Fact]
    public void Every_text_with_a_number_and_a_plural_has_one_for_a_single_thing()
    {
        // The forms that have names of their own, and the numbers that are constants above one.
        Dictionary<string, string> ones = new()
        {
            ["Alerts"] = "OneAlert",
            ["SomeLag"] = "OneLags",
            ["Times"] = "Once",
            ["Applications"] = "OneApplication",
            ["Types"] = "OneType",
            ["Errors"] = "OneError",
            ["LeftDays"] = "LeftOne",
            ["SecondTold"] = "SecondToldOne",
            ["Minutes"] = "AMinute",
            ["Days"] = "ADay",
        };
        HashSet<string> constants =
        [
            "AddressesMany", "FileHint", "TooManyLines", "MoreOwners", "Short", "NothingTaken", "Rules", "Seconds", "InHours",
            "SecretsEnd", "Doctor.Times",
        ];
        var console = Path.Combine(Source, "Sso.Server", "Pages", "Console");
        var checkedTexts = 0;
        foreach (var file in Directory.EnumerateFiles(console, "*.en.resx", SearchOption.AllDirectories))
        {
            var texts = Texts(Path.GetRelativePath(Source, file));
            foreach (var (name, _) in texts.Where(text => !constants.Contains(text.Key)
                && !constants.Contains($"{Path.GetFileName(file).Split('.')[0]}.{text.Key}") && Regex.IsMatch(
                text.Value, @"\{\d\} (?:different |event |first )?(?:people|[a-z]{2,}(?<!s)s)\b(?<!is|was|has|signs|learns|applies)",
                RegexOptions.CultureInvariant)))
            {
                checkedTexts++;
                Assert.True(
                    texts.ContainsKey(ones.GetValueOrDefault(name, name + "One")), $"{Path.GetFileName(file)}: {name} = {texts[name]}");
            }
        }

        Assert.True(checkedTexts > 8, $"{checkedTexts} texts");
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
