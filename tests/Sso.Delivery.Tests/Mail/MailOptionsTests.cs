using Microsoft.Extensions.Options;
using Sso.Delivery.Mail;
using Sso.Testing;
using Xunit;

namespace Sso.Delivery.Tests.Mail;

[Spec("messaging.md", "16")]
public sealed class MailOptionsTests
{
    [Theory]
    [InlineData("Mail:From", "Mail:Host", "relay.example")]
    [InlineData("Mail:Port", "Mail:Host", "relay.example", "Mail:From", "a@b.example", "Mail:Port", "465")]
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
}
