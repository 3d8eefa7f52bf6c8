using System.Collections.Frozen;
using Sso.Testing;
using Xunit;
using Xunit.Sdk;

namespace Sso.Delivery.Tests;

[Spec("M8")]
[Spec("S128")]
public sealed class PhoneNumberTests
{
    private static readonly FrozenSet<string> ItalyOnly = FrozenSet.ToFrozenSet(["IT"]);
    private static readonly FrozenSet<string> Several = FrozenSet.ToFrozenSet(["IT", "SM", "FR", "DE", "GB", "US", "CH", "SK"]);

    /// <summary>What is typed with Italy selected, and the number it means.</summary>
    public static TheoryData<string, string> Mobiles => new()
    {
        { "3123456789", "+393123456789" },
        { "312 345 6789", "+393123456789" },
        { "333123456", "+39333123456" },
        { "+39 333 1234567", "+393331234567" },
        { "0039 333 1234567", "+393331234567" },
        { "0039333-123.45/67", "+393331234567" },
        { "(+39) 333 1234567", "+393331234567" },
        { "[+39] (333) 1234567", "+393331234567" },
        { "＋39 333 1234567", "+393331234567" },
        { "3931234567", "+393931234567" },
        { "393931234567", "+393931234567" },
        { "393331234567", "+393331234567" },
        { "39333123456", "+39333123456" },
        { "391234567", "+39391234567" },
        { "+39391234567", "+39391234567" },
        { "\u202A+39 333 123 4567\u202C", "+393331234567" },
        { "\u200E3331234567\u200B", "+393331234567" },
        { "333\u00A0123\u2009\u202F4567", "+393331234567" },
        { "333\u20111234\u2013567", "+393331234567" },
        { "٣٣٣١٢٣٤٥٦٧", "+393331234567" },
        { "３３３ １２３ ４５６７", "+393331234567" },
        { "३३३१२३४५६७", "+393331234567" },
        { "𝟛𝟛𝟛𝟙𝟚𝟛𝟜𝟝𝟞𝟟", "+393331234567" },
        { "\t320 1234567\t", "+393201234567" },
        { "3991234567", "+393991234567" },
    };

    public static TheoryData<string> NotMobiles => new(
        "06 6982", "0266123456", "+39 06 12345678", "+39 06 698 12345", "0878123456",
        "800123456", "803123", "840123456", "848123456", "841123456", "847123456",
        "892424", "899123456", "89912345", "144123456", "163123456", "164123456",
        "166123456", "1781234567", "199123456", "+39199123456", "5512345678",
        "4312345678", "33312345678", "333123456789", "+39 3331234567890"[..16]);

    public static TheoryData<string> Impossible => new(
        "3", "31234567", "312345678", "31234567890", "33312345", "3331234567890",
        "3012345678", "39912345678901", "5123456789", "2123456789", "12345678901234567",
        "+", "++393331234567", "333+1234567", "+39", "+0393331234567", "abc",
        "333 1234567 ext 5", "333 1234567 x5", "333,1234567", "333*1234567", "#21#3331234567",
        "333\u0007 1234567", "333\n1234567", "\uD835333123456", "Ⅲ33 1234567", "²331234567", "+39 393 123 45678901", new string('3', 65));

    public static TheoryData<string> Elsewhere => new(
        "+882 16 12345678", "+881 6 12345678", "+870 123456789", "+878 10 123456789",
        "+883 510 012345678", "+888 12345678", "+800 12345678", "+808 12345678",
        "+979 123456789", "+379 06 698", "+33 6 12 34 56 78", "+1 876 555 0123",
        "+44 70 1234 5678", "+378 66 123456", "00 44 7911 123456", "+999 1234567");

    [Theory, MemberData(nameof(Mobiles))]
    public void Reads_an_Italian_mobile_however_it_is_typed(string typed, string expected) =>
        Assert.Equal(expected, Valid(PhoneNumber.Parse("IT", typed, ItalyOnly)).E164);

    [Theory, MemberData(nameof(NotMobiles))]
    public void Refuses_Italian_numbers_that_take_no_code(string typed) =>
        Assert.IsType<PhoneNumberOutcome.NotMobile>(PhoneNumber.Parse("IT", typed, ItalyOnly));

    [Theory, MemberData(nameof(Impossible))]
    public void Refuses_what_can_be_no_Italian_number(string typed) =>
        Assert.IsType<PhoneNumberOutcome.Invalid>(PhoneNumber.Parse("IT", typed, ItalyOnly));

    [Theory, MemberData(nameof(Elsewhere))]
    public void Refuses_countries_that_are_not_allowed_and_codes_that_are_of_no_country(string typed) =>
        Assert.IsType<PhoneNumberOutcome.CountryNotServed>(PhoneNumber.Parse("IT", typed, ItalyOnly));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  \t ")]
    [InlineData("()-")]
    [InlineData("\u200E\u202C")]
    public void Tells_nothing_from_something_wrong(string? typed) =>
        Assert.IsType<PhoneNumberOutcome.Empty>(PhoneNumber.Parse("IT", typed, ItalyOnly));

    [Theory]
    [InlineData("IT", "+378 66 12 34 56", "SM", "+37866123456")]
    [InlineData("SM", "61123456", "SM", "+37861123456")]
    [InlineData("SM", "+39 333 1234567", "IT", "+393331234567")]
    [InlineData("IT", "+33 6 12 34 56 78", "FR", "+33612345678")]
    [InlineData("FR", "06 12 34 56 78", "FR", "+33612345678")]
    [InlineData("FR", "+33 (0)6 12 34 56 78", "FR", "+33612345678")]
    [InlineData("DE", "0151 23456789", "DE", "+4915123456789")]
    [InlineData("GB", "07911 123456", "GB", "+447911123456")]
    [InlineData("CH", "079 123 45 67", "CH", "+41791234567")]
    [InlineData("US", "(212) 555-0123", "US", "+12125550123")]
    [InlineData("it", "3331234567", "IT", "+393331234567")]
    public void A_plus_wins_over_the_selector_and_each_country_has_its_rule(string selected, string typed, string country, string expected)
    {
        var number = Valid(PhoneNumber.Parse(selected, typed, Several));
        Assert.Equal((country, expected), (number.Country.Code, number.E164));
    }

    [Theory]
    [InlineData("SM", "0549 123456")]
    [InlineData("FR", "+33 1 23 45 67 89")]
    [InlineData("FR", "0899 123456")]
    [InlineData("GB", "+44 70 1234 5678")]
    [InlineData("GB", "+44 909 123 4567")]
    [InlineData("SK", "0900 123 456")]
    [InlineData("US", "900 555 0123")]
    [InlineData("US", "212 976 0123")]
    [InlineData("US", "800 555 0123")]
    public void Fixed_premium_and_personal_numbers_of_allowed_countries_stay_out(string selected, string typed) =>
        Assert.False(PhoneNumber.Parse(selected, typed, Several) is PhoneNumberOutcome.Valid);

    [Fact]
    [Spec("M9")]
    public void Caribbean_codes_do_not_come_in_under_plus_one()
    {
        string[] codes =
        [
            "242", "246", "264", "268", "284", "345", "441", "473", "649", "658",
            "664", "721", "758", "767", "784", "809", "829", "849", "868", "869", "876",
        ];
        Assert.All(codes, code => Assert.IsType<PhoneNumberOutcome.CountryNotServed>(PhoneNumber.Parse("US", $"+1{code}5550123", Several)));
    }

    [Fact]
    public void A_country_that_is_not_selectable_serves_nobody()
    {
        Assert.IsType<PhoneNumberOutcome.CountryNotServed>(PhoneNumber.Parse("FR", "0612345678", ItalyOnly));
        Assert.IsType<PhoneNumberOutcome.CountryNotServed>(PhoneNumber.Parse("ZZ", "3331234567", ItalyOnly));
        Assert.IsType<PhoneNumberOutcome.CountryNotServed>(PhoneNumber.Parse(null, "3331234567", ItalyOnly));
    }

    [Fact]
    public void Shows_itself_grouped_to_its_owner_and_masked_to_others()
    {
        var number = Valid(PhoneNumber.Parse("IT", "3123456789", ItalyOnly));
        Assert.Equal("+39 312 345 6789", number.Grouped);
        Assert.Equal("+39 ••• ••• ••89", number.Masked);
        Assert.Equal("393123456789", number.ForVonage);
        Assert.Equal(number.Masked, number.ToString());
        Assert.Equal("+39 333 123 456", Valid(PhoneNumber.Parse("IT", "333123456", ItalyOnly)).Grouped);
        Assert.Equal("+378 661 234 56", Valid(PhoneNumber.Parse("SM", "66123456", Several)).Grouped);
        Assert.Equal("+39 ••• ••• ••56", Valid(PhoneNumber.Parse("IT", "333123456", ItalyOnly)).Masked);
    }

    [Fact]
    public void What_was_stored_is_read_back_whatever_is_allowed_today()
    {
        Assert.Equal("+393123456789", PhoneNumber.FromStored("+393123456789").E164);
        Assert.Equal("SM", PhoneNumber.FromStored("+37866123456").Country.Code);
        Assert.Throws<FormatException>(() => PhoneNumber.FromStored("393123456789"));
        Assert.Throws<FormatException>(() => PhoneNumber.FromStored("+39"));
        Assert.Throws<FormatException>(() => PhoneNumber.FromStored("+39 312"));
    }

    private static PhoneNumber Valid(PhoneNumberOutcome outcome) =>
        outcome is PhoneNumberOutcome.Valid valid ? valid.Number : throw new XunitException($"refused: {outcome}");
}
