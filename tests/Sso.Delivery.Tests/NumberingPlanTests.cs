using System.Collections.Frozen;
using Sso.Testing;
using Xunit;
using Library = global::PhoneNumbers;

namespace Sso.Delivery.Tests;

/// <summary>
/// Our table of numbering plans beside libphonenumber's, which follows what the authorities publish; the decisions say why ours decides.
/// </summary>
[Spec("M8")]
public sealed class NumberingPlanTests
{
    private static readonly Library.PhoneNumberUtil Plans = Library.PhoneNumberUtil.GetInstance();
    private static readonly FrozenSet<string> All = Country.KnownCodes.ToFrozenSet();

    /// <summary>The library's example lies in a range that we have not opened: it is when somebody has a number in it.</summary>
    private static readonly FrozenSet<string> NotOpened = FrozenSet.ToFrozenSet(["BG", "MT"]);

    /// <summary>Taken since the first version, and no dearer than a text to a mobile.</summary>
    private static readonly (string Country, Library.PhoneNumberType Type)[] Kept =
        [
            ("IS", Library.PhoneNumberType.TOLL_FREE), ("IS", Library.PhoneNumberType.VOICEMAIL),
            ("IS", Library.PhoneNumberType.UAN),
            ("LI", Library.PhoneNumberType.VOICEMAIL), ("NL", Library.PhoneNumberType.PAGER),
        ];

    public static TheoryData<string> Countries => new(Country.KnownCodes);

    [Theory, MemberData(nameof(Countries))]
    public void A_mobile_number_of_the_plan_is_taken(string country)
    {
        var example = Plans.GetExampleNumberForType(country, Library.PhoneNumberType.MOBILE);
        if (NotOpened.Contains(country))
        {
            Assert.IsType<PhoneNumberOutcome.NotMobile>(Parse(country, example));
            return;
        }

        var number = Assert.IsType<PhoneNumberOutcome.Valid>(Parse(country, example)).Number;
        Assert.Equal((country, Plans.Format(example, Library.PhoneNumberFormat.E164)), (number.Country.Code, number.E164));
    }

    /// <summary>Some of these cost whoever sends to them many times the price of a text.</summary>
    [Theory, MemberData(nameof(Countries))]
    public void What_the_plan_calls_dear_shared_personal_or_no_telephone_is_not_taken(string country)
    {
        foreach (var type in (Library.PhoneNumberType[])
            [
                Library.PhoneNumberType.PREMIUM_RATE, Library.PhoneNumberType.SHARED_COST, Library.PhoneNumberType.TOLL_FREE,
                Library.PhoneNumberType.PERSONAL_NUMBER, Library.PhoneNumberType.PAGER, Library.PhoneNumberType.VOICEMAIL,
                Library.PhoneNumberType.UAN,
            ])
        {
            if (Plans.GetExampleNumberForType(country, type) is { } example && Plans.GetNumberType(example) == type)
            {
                var isTaken = Parse(country, example) is PhoneNumberOutcome.Valid;
                Assert.True(isTaken == Kept.Contains((country, type)), $"{country} {type} {example.NationalNumber}");
            }
        }
    }

    /// <summary>Every range of three digits that begins with 3, in nine and in ten digits.</summary>
    [Fact]
    public void No_Italian_number_is_a_mobile_to_us_that_is_none_to_the_plan()
    {
        foreach (var range in Enumerable.Range(300, 100))
        {
            foreach (var national in (string[])[$"{range}123456", $"{range}1234567"])
            {
                if (PhoneNumber.Parse("IT", national, All) is PhoneNumberOutcome.Valid)
                {
                    var number = Plans.Parse(national, "IT");
                    Assert.True(Plans.GetNumberType(number) == Library.PhoneNumberType.MOBILE, national);
                }
            }
        }
    }

    private static PhoneNumberOutcome Parse(string country, Library.PhoneNumber number) =>
        PhoneNumber.Parse(country, Plans.Format(number, Library.PhoneNumberFormat.E164), All);
}
