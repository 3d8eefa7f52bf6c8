using Sso.Server.Pages.Console.Applications;
using Xunit;

namespace Sso.Server.Tests.Administration;

/// <summary>Several addresses in one field, as people paste them.</summary>
public sealed class AddressLinesTests
{
    [Theory]
    [InlineData("https://a.example/x\r\nhttps://b.example/y\n\nhttps://a.example/x", "https://a.example/x|https://b.example/y")]
    [InlineData("https://a.example/x, https://b.example/y,http://c.example", "https://a.example/x|https://b.example/y|http://c.example")]
    [InlineData("https://a.example/x,\n  https://b.example/y\t", "https://a.example/x|https://b.example/y")]
    [InlineData("https://a.example/x com.example.app:/cb", "https://a.example/x|com.example.app:/cb")]
    [InlineData("https://a.example/x,y;z", "https://a.example/x,y;z")]
    [InlineData("https://a.example/points/45.4,9.2\nhttps://b.example/", "https://a.example/points/45.4,9.2|https://b.example/")]
    [InlineData("https://a.example/x and more", "https://a.example/x and more")]
    [InlineData(" \n ", "")]
    [InlineData(null, "")]
    public void Are_separated_where_another_one_begins_and_nowhere_else(string? typed, string expected) =>
        Assert.Equal(expected, string.Join('|', ApplicationForm.Lines(typed)));
}
