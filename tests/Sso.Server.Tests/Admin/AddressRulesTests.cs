using Sso.Admin.Clients;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Admin;

/// <summary>Which addresses can be registered.</summary>
[Spec("RFC 9700", "2.1")]
[Spec("RFC 8252", "7")]
[OneDatabase]
public sealed class AddressRulesTests
{
    [Theory]
    [InlineData("https://app.example/callback", ClientType.Web)]
    [InlineData("https://app.example", ClientType.Web)]
    [InlineData("https://app.example:8443/callback?tenant=1", ClientType.Spa)]
    [InlineData("https://xn--tda.de/callback", ClientType.Web)]
    [InlineData("http://localhost:5090/callback", ClientType.Web)]
    [InlineData("http://127.0.0.1/callback", ClientType.Native)]
    [InlineData("http://[::1]:7000/callback", ClientType.Native)]
    [InlineData("com.example.app:/callback", ClientType.Native)]
    [InlineData("com.example.app://callback", ClientType.Native)]
    [InlineData("https://app.example/a%20b", ClientType.Web)]
    [InlineData("https://app.example/a%2Fb%C3%A8", ClientType.Web)]
    [InlineData("https://app.example/a,b;c", ClientType.Web)]
    [InlineData("https://app.example/cb?next=https://app.example/start", ClientType.Web)]
    [InlineData("https://192.168.1.10:8443/callback", ClientType.Web)]
    [InlineData("https://[2001:db8::1]/callback", ClientType.Web)]
    [InlineData("https://App.example:443/callback", ClientType.Web)]
    public void A_sound_redirect_uri_is_taken(string uri, ClientType type) => Assert.Null(RedirectUriRules.FindFlaw(uri, type));

    [Theory]
    [InlineData("", "empty")]
    [InlineData("   ", "empty")]
    [InlineData("/callback", "not an absolute")]
    [InlineData("app.example/callback", "not an absolute")]
    [InlineData("//app.example/callback", "not an absolute")]
    [InlineData("https:/callback", "is not an absolute URI")]
    [InlineData("https:///callback", "not an absolute")]
    [InlineData("http://app.example/callback", "uses http")]
    [InlineData("HTTP://app.example/callback", "uses http")]
    [InlineData("http://127.0.0.1.evil.example/callback", "uses http")]
    [InlineData("http://localhost.evil.example/callback", "uses http")]
    [InlineData("http://10.0.0.1/callback", "uses http")]
    [InlineData("https://app.example/callback#", "fragment")]
    [InlineData("https://app.example/callback#token", "fragment")]
    [InlineData("https://anna@app.example/callback", "user name")]
    [InlineData("https://app.example@evil.example/callback", "user name")]
    [InlineData("https://*.app.example/callback", "wildcard")]
    [InlineData("https://app.example/*", "wildcard")]
    [InlineData("https://app.example/a/../callback", "climbs")]
    [InlineData("https://app.example/a/%2e%2E/callback", "climbs")]
    [InlineData("https://app.example/a b", "cannot have")]
    [InlineData("https://app.example\\@evil.example/", "cannot have")]
    [InlineData("https://app.example/\n", "cannot have")]
    [InlineData("https://ü.de/callback", "cannot have")]
    [InlineData("https://app.example:99999/", "not an absolute")]
    [InlineData("javascript:alert(1)", "belongs to nobody")]
    [InlineData("JavaScript:alert(1)", "belongs to nobody")]
    [InlineData("data:text/html,hello", "belongs to nobody")]
    [InlineData("myapp:/callback", "belongs to nobody")]
    [InlineData("com.example.app:/callback", "private scheme")]
    [InlineData("https://app.example/cb%00", "control character")]
    [InlineData("https://app.example/%0d%0aSet-Cookie:a=b", "control character")]
    [InlineData("https://app.example/%7f", "control character")]
    [InlineData("https://app.example/%5C%5Cevil.example", "backslash")]
    [InlineData("https://app.example/100%", "encodes nothing")]
    [InlineData("https://app.example/%zz", "encodes nothing")]
    [InlineData("https://app.example/cb,https://other.example/cb", "two addresses")]
    [InlineData("https://app.example/cb;http://localhost/cb", "two addresses")]
    [InlineData("https://app.example/cb?x=1,https://other.example/cb", "two addresses")]
    [InlineData("https://app.example/cbhttps://other.example/cb", "two addresses")]
    [InlineData("com.example.app:/cb,com.example.other:/cb", "two addresses")]
    [InlineData("http://2130706433/callback", "unusual way")]
    [InlineData("http://0177.0.0.1/callback", "unusual way")]
    [InlineData("http://0x7f.0.0.1/callback", "unusual way")]
    [InlineData("http://0x7f000001/callback", "unusual way")]
    [InlineData("http://127.1/callback", "unusual way")]
    [InlineData("http://127.0.0.1:080/callback", "unusual way")]
    [InlineData("http://[0:0:0:0:0:0:0:1]/callback", "unusual way")]
    [InlineData("http://%6Cocalhost/callback", "not an absolute")]
    [InlineData("https://0xc0.0xa8.1.10/callback", "unusual way")]
    [InlineData("https://3232235786/callback", "unusual way")]
    [InlineData("https://10.1/callback", "unusual way")]
    [InlineData("https://app.example:/callback", "unusual way")]
    [InlineData("https://0.0.0.0/callback", "every address")]
    [InlineData("https://[::]/callback", "every address")]
    [InlineData("https://[::ffff:127.0.0.1]/callback", "IPv4 address as IPv6")]
    [InlineData("https://[::ffff:a00:1]/callback", "IPv4 address as IPv6")]
    [InlineData("https://app.example./callback", "dot at the end")]
    [InlineData("http://localhost./callback", "dot at the end")]
    public void Any_other_redirect_uri_is_refused_with_a_reason_and_a_remedy(string uri, string reason)
    {
        var flaw = RedirectUriRules.FindFlaw(uri, ClientType.Web);

        Assert.Contains(reason, flaw?.What, StringComparison.Ordinal);
        Assert.NotEmpty(flaw!.Remedy);
    }

    [Fact]
    public void A_redirect_uri_may_have_2000_characters_and_no_more()
    {
        const string Start = "https://app.example/";

        Assert.Null(RedirectUriRules.FindFlaw(Start + new string('a', 2000 - Start.Length), ClientType.Web));
        Assert.Contains(
            "2000", RedirectUriRules.FindFlaw(Start + new string('a', 2001 - Start.Length), ClientType.Web)?.What,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://app.example")]
    [InlineData("https://app.example:8443")]
    [InlineData("http://localhost:3000")]
    [InlineData("http://[::1]:3000")]
    public void An_origin_is_taken_as_a_browser_writes_it(string origin) => Assert.Null(OriginRules.FindFlaw(origin));

    [Theory]
    [InlineData("https://app.example/", "Write https://app.example")]
    [InlineData("https://app.example/path", "Write https://app.example")]
    [InlineData("https://App.example", "Write https://app.example")]
    [InlineData("https://app.example:443", "Write https://app.example")]
    [InlineData("https://anna@app.example", "Write https://app.example")]
    [InlineData("http://app.example", "Use https")]
    [InlineData("https://*.example", "Give scheme and host")]
    [InlineData("*", "Give scheme and host")]
    [InlineData("null", "Give scheme and host")]
    [InlineData("", "Give scheme and host")]
    [InlineData("com.example.app://x", "Give scheme and host")]
    [InlineData("https://app.example.", "Leave out that dot")]
    [InlineData("http://0x7f.1", "Write http://127.0.0.1")]
    [InlineData("https://0.0.0.0", "Write the one address")]
    public void Any_other_origin_is_refused_with_the_right_way_to_write_it(string origin, string remedy) =>
        Assert.StartsWith(remedy, OriginRules.FindFlaw(origin)?.Remedy, StringComparison.Ordinal);

    [Theory]
    [InlineData("http://localhost/cb", "127.0.0.1")]
    [InlineData("https://App.example/cb", "capitals")]
    [InlineData("https://app.example:443/cb", "usual port")]
    [InlineData("https://app.example/cb?x=1", "query")]
    [InlineData("https://192.168.1.5/cb", "private network")]
    [InlineData("https://[fd00::5]/cb", "private network")]
    public void A_doubtful_redirect_uri_brings_a_warning(string uri, string doubt) =>
        Assert.Contains(doubt, Assert.Single(RedirectUriRules.Doubts([uri])).What, StringComparison.Ordinal);

    [Fact]
    public void A_redirect_uri_of_a_developers_machine_beside_those_of_production_brings_a_warning() =>
        Assert.Equal(
            (DoubtKind.MixedSchemes, "http://127.0.0.1:5000/cb"),
            RedirectUriRules.Doubts(["http://127.0.0.1:5000/cb", "https://app.example/cb"]).Select(doubt => (doubt.Kind, doubt.About))
                .Single());

    [Fact]
    public void A_redirect_uri_with_a_twin_that_ends_in_a_slash_brings_a_warning() =>
        Assert.Contains(
            "slash", Assert.Single(RedirectUriRules.Doubts(["https://app.example/cb", "https://app.example/cb/"])).What,
            StringComparison.Ordinal);
}
