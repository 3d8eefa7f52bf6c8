using System.Text;
using Sso.Protocol.Device;
using Xunit;

namespace Sso.Protocol.Tests;

public sealed class TypedTextTests
{
    [Theory]
    [InlineData("anna")]
    [InlineData("  anna\t\r\n")]
    [InlineData("\uFEFFanna\u200B")]
    [InlineData("\u202Aan\u00ADna\u202C")]
    [InlineData("an\u2060na\uFE0F")]
    [InlineData("\u00A0anna\u3000")]
    [InlineData("ａｎｎａ")]
    public void A_name_is_what_can_be_seen_of_it(string typed) => Assert.Equal("anna", TypedText.Clean(typed));

    [Theory]
    [InlineData("anna-maria")]
    [InlineData("anna\u2010maria")]
    [InlineData("anna\u2011maria")]
    [InlineData("anna–maria")]
    [InlineData("anna—maria")]
    [InlineData("anna\u2212maria")]
    [InlineData("anna－maria")]
    public void Every_dash_is_the_plain_one(string typed) => Assert.Equal("anna-maria", TypedText.Clean(typed));

    [Fact]
    public void A_letter_and_its_accent_are_one_character_also_where_something_hides_between_them() =>
        Assert.Equal("niccolò", TypedText.Clean("niccolo\u034F\u0300"));

    [Fact]
    public void What_has_a_meaning_stays()
    {
        Assert.Equal("o'neill d’arc 李 ß ١", TypedText.Clean("o'neill d’arc 李 ß ١"));
        Assert.Equal("an\nna", TypedText.Clean("an\nna"));
    }

    [Theory]
    [InlineData("123456")]
    [InlineData("１２３４５６")]
    [InlineData("١٢٣٤٥٦")]
    [InlineData("१२३४५६")]
    [InlineData("\U0001D7CF\U0001D7D0\U0001D7D1\U0001D7D2\U0001D7D3\U0001D7D4")]
    public void The_digits_of_every_script_are_digits_of_a_code(string typed) => Assert.Equal("123456", TypedText.CleanCode(typed));

    [Fact]
    public void Half_a_character_never_fails_and_is_no_digit() => Assert.Equal("1\uFFFD2", TypedText.CleanCode("1\uD83D2"));

    [Theory]
    [InlineData("BCDF-GHJK")]
    [InlineData("bcdf ghjk")]
    [InlineData("\u200BBCDF–GHJK\u200B")]
    [InlineData("ＢＣＤＦ－ＧＨＪＫ")]
    public void The_code_of_a_device_is_read_however_it_is_written(string typed) =>
        Assert.Equal("BCDF-GHJK", UserCode.Parse(typed).ToString());

    [Fact]
    public void Both_forms_of_a_text_come_out_composed() =>
        Assert.Equal(TypedText.Clean("è".Normalize(NormalizationForm.FormC)), TypedText.Clean("è".Normalize(NormalizationForm.FormD)));
}
