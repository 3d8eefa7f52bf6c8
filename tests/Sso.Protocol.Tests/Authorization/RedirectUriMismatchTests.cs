using Sso.Protocol.Authorization;
using Sso.Protocol.Clients;
using Xunit;

namespace Sso.Protocol.Tests.Authorization;

public sealed class RedirectUriMismatchTests
{
    [Theory]
    [InlineData("https://shop.example/callback/", "https://shop.example/callback»/", "https://shop.example/callback»")]
    [InlineData("http://shop.example/callback", "http»://shop.example/callback", "http»s://shop.example/callback")]
    [InlineData("https://shop.example/callback2?a=b", "https://shop.example/callback2?a=»b", "https://shop.example/callback2?a=»c")]
    [InlineData("javascript:alert(1)", "»javascript:alert(1)", "»https://shop.example/callback")]
    public void The_first_difference_to_the_most_similar_registration_is_marked(string sent, string marked, string registered)
    {
        var mismatch = RedirectUriMismatch.Of(Registered("https://shop.example/callback", "https://shop.example/callback2?a=c"), sent);

        Assert.Equal((marked, registered), (mismatch.Sent, mismatch.Registered));
    }

    [Fact]
    public void What_follows_the_difference_is_cut_and_what_cannot_be_printed_is_a_question_mark()
    {
        var mismatch = RedirectUriMismatch.Of(
            Registered("https://shop.example/callback"), "https://shop.example/callback?\u001b[2Jtoken=abcdefghijklmnopqrstuvwxyz");

        Assert.Equal("https://shop.example/callback»??[2Jtoken=abcdefghijklm…", mismatch.Sent);
    }

    [Fact]
    public void Nothing_sent_and_nothing_registered_are_told_apart()
    {
        Assert.Equal(
            (null, "»https://shop.example/callback"),
            (RedirectUriMismatch.Of(Registered("https://shop.example/callback"), null).Sent,
                RedirectUriMismatch.Of(Registered("https://shop.example/callback"), null).Registered));
        Assert.Null(RedirectUriMismatch.Of(Registered(), "https://shop.example/callback").Registered);
    }

    [Fact]
    public void It_is_short_whatever_was_sent() =>
        Assert.InRange(
            RedirectUriMismatch.Of(
                Registered("https://shop.example/" + new string('a', 1900)), "https://shop.example/" + new string('a', 5000)).Sent!.Length,
            1,
            200);

    private static Client Registered(params string[] uris) =>
        new() { Id = "shop", Name = "Shop", AuthenticationMethod = ClientAuthenticationMethod.None, RedirectUris = [.. uris] };
}
