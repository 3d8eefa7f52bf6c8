using Sso.Accounts.Mails;
using Sso.Data.People;
using Sso.Testing;
using Xunit;

namespace Sso.Accounts.Tests.Mails;

/// <summary>How a person reads a time in a mail.</summary>
[Spec("S12")]
public sealed class MailTimesTests
{
    [Theory]
    [InlineData("it", "Europe/Rome", "23 novembre 2026 alle 09:14 (ora di Roma)")]
    [InlineData("en", "Europe/Rome", "23 November 2026 at 09:14 (Rome time)")]
    [InlineData("it", "Europe/Zurich", "23 novembre 2026 alle 09:14 (ora di Zurigo)")]
    [InlineData("it", "America/New_York", "23 novembre 2026 alle 03:14 (ora di New York)")]
    [InlineData("en", "America/Argentina/Buenos_Aires", "23 November 2026 at 05:14 (Buenos Aires time)")]
    [InlineData("it", "Asia/Kolkata", "23 novembre 2026 alle 13:44 (ora di Kolkata)")]
    [InlineData("it", "Etc/UTC", "23 novembre 2026 alle 08:14 (UTC)")]
    [InlineData("en", "CET", "23 November 2026 at 09:14 (UTC+01:00)")]
    public void It_is_the_time_of_their_place_which_is_named(string language, string zone, string written) =>
        Assert.Equal(written, Read(language, zone, new(2026, 11, 23, 8, 14, 0, TimeSpan.Zero)));

    [Fact]
    public void In_summer_it_is_summer_time() =>
        Assert.Equal("1 luglio 2026 alle 10:14 (ora di Roma)", Read("it", "Europe/Rome", new(2026, 7, 1, 8, 14, 0, TimeSpan.Zero)));

    [Theory]
    [InlineData(null)]
    [InlineData("Europe/Atlantis")]
    public void Of_whom_no_zone_is_known_reads_that_of_the_server(string? zone) =>
        Assert.Equal(Read("it", TimeZoneInfo.Local.Id, DateTimeOffset.UnixEpoch), Read("it", zone, DateTimeOffset.UnixEpoch));

    private static string Read(string language, string? zone, DateTimeOffset at)
    {
        var person = new Person { Id = Guid.Empty, Locale = language, ZoneInfo = zone, CreatedAt = at, UpdatedAt = at };
        return MailReader.Of(person).At(at).Replace('\u00a0', ' ');
    }
}
