using Sso.Data.People;
using Sso.Testing;
using Xunit;

namespace Sso.Data.Tests;

[Spec("S85")]
public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("anna@example.it")]
    [InlineData("anna.rossi+sso@mail.example.co.uk")]
    [InlineData("o'neill@example.ie")]
    [InlineData("anna@localhost")]
    [InlineData("anna@xn--bcher-kva.example")]
    [InlineData("jürgen@bücher.example")]
    [InlineData("用户@例子.广告")]
    public void What_a_mailbox_is_called_may_be_an_address(string email) => Assert.True(EmailAddress.IsPossible(email));

    [Theory]
    [InlineData("anna@example.it\r\nBcc: eve@evil.example")]
    [InlineData("anna@example.it\nx")]
    [InlineData("anna\0@example.it")]
    [InlineData("anna@example.it,eve")]
    [InlineData("anna,eve@example.it")]
    [InlineData("anna;eve@example.it")]
    [InlineData("anna@example.it,eve@evil.example")]
    [InlineData("anna<eve@evil.example>")]
    [InlineData("<eve@evil.example>")]
    [InlineData("(anna)eve@evil.example")]
    [InlineData("eve@evil.example(anna)")]
    [InlineData("\"anna\"@example.it")]
    [InlineData("\"anna eve\"@example.it")]
    [InlineData("anna:eve@example.it")]
    [InlineData("anna\\@example.it")]
    [InlineData("[anna]@example.it")]
    [InlineData("anna@[127.0.0.1]")]
    [InlineData("anna@evil.example>")]
    [InlineData("anna@evil.example/../x")]
    [InlineData("\u202eanna@example.it")]
    [InlineData("anna\u200b@example.it")]
    [InlineData("anna@exa\u00admple.it")]
    [InlineData(".anna@example.it")]
    [InlineData("anna..eve@example.it")]
    [InlineData("anna@-example.it")]
    [InlineData("anna@example-.it")]
    [InlineData("anna@.example.it")]
    [InlineData("anna@example..it")]
    public void Nothing_that_a_mail_program_would_read_otherwise_is_one(string email) => Assert.False(EmailAddress.IsPossible(email));

    [Fact]
    public void An_endless_one_is_refused_at_once()
    {
        Assert.False(EmailAddress.IsPossible(new string('a', 1_000_000) + "@example.it"));
        Assert.False(EmailAddress.IsPossible(string.Concat(Enumerable.Repeat("a-", 120)) + "@"));
        Assert.False(EmailAddress.IsPossible("a@" + string.Concat(Enumerable.Repeat("a-", 120)) + "!"));
    }
}
