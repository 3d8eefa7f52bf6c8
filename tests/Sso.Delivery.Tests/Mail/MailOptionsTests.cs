using Microsoft.Extensions.Options;
using Sso.Delivery.Mail;
using Sso.Testing;
using Xunit;

namespace Sso.Delivery.Tests.Mail;

[Spec("M10")]
public sealed class MailOptionsTests
{
    [Theory]
    [InlineData("Mail:From", "Mail:Host", "relay.example")]
    [InlineData("Mail:Port", "Mail:Host", "relay.example", "Mail:From", "a@b.example", "Mail:Port", "0")]
    [InlineData("Mail:UseTls", "Mail:Host", "localhost", "Mail:From", "a@b.example", "Mail:Port", "465", "Mail:UseTls", "false")]
    [InlineData(
        "Mail:TrustedCertificatesFile", "Mail:Host", "relay.example", "Mail:From", "a@b.example",
        "Mail:TrustedCertificatesFile", "/nowhere.pem")]
    [InlineData("Mail:From", "Mail:Host", "relay.example", "Mail:From", "Nuvola")]
    [InlineData("Mail:From", "Mail:Host", "relay.example", "Mail:From", "a@b.example, c@d.example")]
    [InlineData("Mail:UserName", "Mail:Host", "relay.example", "Mail:From", "a@b.example", "Mail:UserName", "x")]
    [InlineData("Mail:UseTls", "Mail:Host", "relay.example", "Mail:From", "a@b.example", "Mail:UseTls", "false")]
    [InlineData(
        "Mail:UserName", "Mail:Host", "localhost", "Mail:From", "a@b.example",
        "Mail:UseTls", "false", "Mail:UserName", "x", "Mail:Password", "y")]
    public async Task An_unsafe_or_impossible_setting_is_named(string named, params string[] settings)
    {
        await using var host = await DeliveryHost.StartAsync(
            database: null, new FakeClock(), settings.Chunk(2).ToDictionary(pair => pair[0], pair => (string?)pair[1]));
        var refused = Assert.Throws<OptionsValidationException>(() => host.Get<IOptions<MailOptions>>().Value);
        Assert.Contains(refused.Failures, failure => failure.StartsWith(named, StringComparison.Ordinal));
    }

    [Theory]
    [Spec("RFC 8314", "3.3")]
    [InlineData(true, "Mail:Port", "465")]
    [InlineData(false, "Mail:Port", "587")]
    [InlineData(true, "Mail:Port", "2465", "Mail:ImplicitTls", "true")]
    [InlineData(false, "Mail:Port", "465", "Mail:ImplicitTls", "false")]
    public async Task Port_465_speaks_tls_from_the_first_byte_and_others_where_it_is_said(bool expected, params string[] settings)
    {
        await using var host = await DeliveryHost.StartAsync(
            database: null, new FakeClock(),
            new(settings.Chunk(2).ToDictionary(pair => pair[0], pair => (string?)pair[1]))
            {
                ["Mail:Host"] = "relay.example",
                ["Mail:From"] = "a@b.example",
            });
        Assert.Equal(expected, host.Get<IOptions<MailOptions>>().Value.BeginsWithTls);
    }
}
