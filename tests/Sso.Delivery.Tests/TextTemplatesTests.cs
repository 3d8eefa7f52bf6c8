using Sso.Data.Delivery;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Delivery.Tests;

[Spec("M6")]
[Spec("S25")]
public sealed class TextTemplatesTests
{
    private readonly TextTemplates _templates = new("AcmeCloud", "login.acme.example");

    public static TheoryData<TextPurpose, string> All => new(
        from purpose in (TextPurpose[])[TextPurpose.SignIn, TextPurpose.Enrolment]
        from language in TextTemplates.Languages
        select (purpose, language));

    public static TheoryData<TextNotice, string> Notices => new(
        from notice in Enum.GetValues<TextNotice>() from language in TextTemplates.Languages select (notice, language));

    [Theory, MemberData(nameof(Notices))]
    public void Each_notice_is_one_part_of_GSM_7_that_names_the_brand_and_holds_neither_link_nor_number(TextNotice notice, string language)
    {
        var text = _templates.Write(notice, language);
        Assert.True(Gsm7.Fits(text));
        Assert.Equal(1, Gsm7.Parts(text));
        Assert.StartsWith("AcmeCloud: ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("http", text, StringComparison.Ordinal);
        Assert.DoesNotContain("login.acme.example", text, StringComparison.Ordinal);
        Assert.DoesNotContain(text, char.IsAsciiDigit);
    }

    [Theory, MemberData(nameof(All))]
    public void Each_is_one_part_of_GSM_7_that_begins_with_the_code_and_names_the_brand(TextPurpose purpose, string language)
    {
        var text = _templates.Write(purpose, language, "004217");
        Assert.True(Gsm7.Fits(text));
        Assert.Equal(1, Gsm7.Parts(text));
        Assert.StartsWith("004217 ", text, StringComparison.Ordinal);
        Assert.Contains("AcmeCloud", text, StringComparison.Ordinal);
        Assert.DoesNotContain("http", text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(All))]
    [Spec("M7")]
    public void Each_ends_with_the_line_that_binds_the_code_to_our_host(TextPurpose purpose, string language)
    {
        var text = _templates.Write(purpose, language, "004217");
        Assert.EndsWith("\n\n@login.acme.example #004217", text, StringComparison.Ordinal);
        var message = new VonageFakeMessage { To = "", From = "", Text = text, Reference = "", Ttl = 0 };
        Assert.Equal(("login.acme.example", "004217"), message.BoundCode);
    }

    [Fact]
    public void Says_what_the_code_is_for_in_the_persons_language()
    {
        Assert.Equal(
            "123456 è il tuo codice di accesso AcmeCloud. Scade tra 5 minuti. Non comunicarlo a nessuno.\n\n@login.acme.example #123456",
            _templates.Write(TextPurpose.SignIn, "it", "123456"));
        Assert.Contains("codice di verifica", _templates.Write(TextPurpose.Enrolment, "it-IT", "123456"), StringComparison.Ordinal);
        Assert.Contains("sign-in code", _templates.Write(TextPurpose.SignIn, "en", "123456"), StringComparison.Ordinal);
        Assert.Contains("verification code", _templates.Write(TextPurpose.Enrolment, "de", "123456"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("à è é ì ò ù É @ # £ $ _ § ¿ ¡", true)]
    [InlineData("^{}\\[]~|€", true)]
    [InlineData("È", false)]
    [InlineData("á", false)]
    [InlineData("’", false)]
    [InlineData("–", false)]
    [InlineData("…", false)]
    [InlineData("\u00A0", false)]
    [InlineData("`", false)]
    [InlineData("ç", false)]
    public void Knows_the_alphabet(string text, bool fits) => Assert.Equal(fits, Gsm7.Fits(text));

    [Theory]
    [InlineData("a", 160, 1)]
    [InlineData("a", 161, 2)]
    [InlineData("a", 306, 2)]
    [InlineData("a", 307, 3)]
    [InlineData("€", 80, 1)]
    [InlineData("€", 81, 2)]
    // 76 pairs leave one septet of 153 empty, because no pair is cut.
    [InlineData("€", 152, 2)]
    [InlineData("€", 153, 3)]
    [InlineData("È", 70, 1)]
    [InlineData("È", 71, 2)]
    [InlineData("È", 134, 2)]
    [InlineData("È", 135, 3)]
    [InlineData("🙂", 35, 1)]
    [InlineData("🙂", 36, 2)]
    [InlineData("🙂", 66, 2)]
    [InlineData("🙂", 67, 3)]
    public void Counts_parts_as_they_are_billed(string character, int times, int parts) =>
        Assert.Equal(parts, Gsm7.Parts(string.Concat(Enumerable.Repeat(character, times))));
}
