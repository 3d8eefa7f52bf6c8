using System.Globalization;
using System.Text;
using Sso.Data.Factors;
using Sso.Testing;
using Xunit;

namespace Sso.Accounts.Tests.SignIn;

public sealed class TotpTests
{
    /// <summary>The table of the RFC: a code of six digits is the end of its eight.</summary>
    [Theory]
    [Spec("RFC 6238", "Appendix B")]
    [InlineData("1970-01-01 00:00:59Z", 0x0000000000000001, "94287082")]
    [InlineData("2005-03-18 01:58:29Z", 0x00000000023523EC, "07081804")]
    [InlineData("2005-03-18 01:58:31Z", 0x00000000023523ED, "14050471")]
    [InlineData("2009-02-13 23:31:30Z", 0x000000000273EF07, "89005924")]
    [InlineData("2033-05-18 03:33:20Z", 0x0000000003F940AA, "69279037")]
    [InlineData("2603-10-11 11:33:20Z", 0x0000000027BC86AA, "65353130")]
    public void The_codes_of_the_RFC_belong_to_the_steps_of_the_RFC(string time, long step, string code)
    {
        var (seed, now) = (Encoding.ASCII.GetBytes("12345678901234567890"), DateTimeOffset.Parse(time, CultureInfo.InvariantCulture));
        long?[] steps = [step, step, step, null];
        Assert.Equal(steps, Enumerable.Range(-1, 4).Select(shift => Totp.Match(seed, code[2..], now.AddSeconds(30 * shift))));
    }

    [Fact]
    public void What_an_app_scans_names_the_issuer_twice_and_holds_no_colon_of_its_own()
    {
        const string expected =
            "otpauth://totp/Nuvola%20%26%20Co:anna%40example.it"
            + "?secret=JBSWY3DPEHPK3PXP&issuer=Nuvola%20%26%20Co&algorithm=SHA1&digits=6&period=30";
        Assert.Equal(expected, Totp.Uri("JBSWY3DPEHPK3PXP", ":anna@example.it", "Nuvola: & Co"));
    }

    [Theory]
    [Spec("RFC 4648", "10")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void Base32_is_that_of_the_RFC_without_padding(string plain, string encoded)
    {
        Assert.Equal(encoded, Base32.Encode(Encoding.ASCII.GetBytes(plain)));
        Assert.Equal(plain, Encoding.ASCII.GetString(Base32.TryDecode(encoded)!));
    }

    [Theory]
    [InlineData("mzxw 6ytb oi", "foobar")]
    [InlineData("MZXW6YTBOI======", "foobar")]
    [InlineData("MZXW6YTBO", "fooba")]
    [InlineData("MZXW6YTB0I", null)]
    [InlineData("MZXW6-YTBOI", null)]
    [InlineData("MZXW6\tYTBOI", null)]
    [InlineData("MZ=XW6YTBOI", null)]
    [InlineData("ＭZXW6YTBOI", null)]
    [InlineData("", null)]
    [InlineData(" ", null)]
    [InlineData("=", null)]
    public void A_seed_from_elsewhere_may_have_any_case_spaces_and_padding(string text, string? plain) =>
        Assert.Equal(plain, Base32.TryDecode(text) is { } bytes ? Encoding.ASCII.GetString(bytes) : null);
}
