using System.Net;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Discovery;

[Spec("RFC 9116", "2")]
[OneDatabase]
public sealed class SecurityContactTests(SsoServer server) : IClassFixture<SsoServer>
{
    private const string Path = "/.well-known/security.txt";

    [Fact]
    public async Task Who_finds_a_hole_reads_where_to_tell_it_in_the_order_that_the_operator_prefers()
    {
        await using var node = await server.StartSecondNodeAsync(
            "--Sso:SecurityContacts:0=mailto:security@nuvola.example", "--Sso:SecurityContacts:1=https://nuvola.example/security",
            "--Sso:SecurityPolicy=https://nuvola.example/disclosure");
        using var client = node.Backchannel();
        using var answer = await client.GetAsync(Path);

        Assert.Equal("text/plain; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        var expires = server.Clock.GetUtcNow().UtcDateTime.Date.AddDays(90);
        Assert.Equal(
            $"""
            Contact: mailto:security@nuvola.example
            Contact: https://nuvola.example/security
            Expires: {expires:yyyy-MM-dd}T00:00:00Z
            Preferred-Languages: it, en
            Canonical: {SsoServer.Issuer}{Path}
            Policy: https://nuvola.example/disclosure

            """,
            await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Without_a_contact_there_is_no_such_document()
    {
        using var client = server.Backchannel();
        using var answer = await client.GetAsync(Path);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }
}
