using System.Security.Cryptography.X509Certificates;
using Sso.Delivery.Mail;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Delivery.Tests.Mail;

/// <summary>The way to the relay. What becomes of a mail that did not leave is proved in <see cref="MailDispatcherTests"/>.</summary>
[Spec("M10")]
[Spec("F14")]
public sealed class SmtpMailTests : IDisposable
{
    private const string FromTheFirstByte = "RFC 8314";
    private const string Upgraded = "RFC 3207";
    private static readonly TestCertificates Authority = new();

    private static readonly MailMessage Message = new()
    {
        To = "anna@example.it",
        SenderName = "Nuvola clienti",
        Subject = "È ora di provare",
        Text = "Ciao Anna, è per te.\n",
        Html = "<p>Ciao Anna, è per te.</p>",
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sso-mail-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [Spec("RFC 8314", "3.3")]
    [Spec("RFC 3207", "4")]
    [InlineData(FromTheFirstByte)]
    [InlineData(Upgraded)]
    public async Task A_relay_with_a_certificate_of_a_named_authority_gets_the_mail_over_tls_alone(string way)
    {
        await using var relay = Relay(way, Authority.Issue("CN=relay", "localhost", "server"));
        var (outcome, log) = await SendAsync(relay, way);
        Assert.Equal((MailOutcome.Sent, "anna@example.it"), (outcome, Assert.Single(relay.Taken).Recipient));
        Assert.Contains(log, line => line.Contains("was taken by the relay", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(FromTheFirstByte)]
    [InlineData(Upgraded)]
    public async Task A_certificate_of_an_authority_that_nobody_named_is_told_in_one_sentence_and_gets_nothing(string way)
    {
        await using var relay = Relay(way, new TestCertificates().Issue("CN=relay", "localhost", "server"));
        await RefusesAsync(relay, way, "its certificate is not trusted (");
    }

    [Theory]
    [InlineData(FromTheFirstByte)]
    [InlineData(Upgraded)]
    public async Task A_certificate_for_another_name_is_told_in_one_sentence_and_gets_nothing(string way)
    {
        await using var relay = Relay(way, Authority.Issue("CN=relay", "relay.example", "server"));
        await RefusesAsync(relay, way, "its certificate is not for localhost; set Mail:Host");
    }

    [Fact]
    public async Task A_certificate_that_is_over_gets_nothing()
    {
        var january = new DateTimeOffset(2026, 1, 20, 0, 0, 0, TimeSpan.Zero);
        await using var relay = Relay(FromTheFirstByte, Authority.Issue("CN=relay", "localhost", "server", january));
        await RefusesAsync(relay, FromTheFirstByte, "its certificate is not trusted (NotTimeValid)");
    }

    [Fact]
    public async Task A_relay_that_offers_no_tls_is_told_in_one_sentence_and_gets_nothing()
    {
        await using var relay = new SmtpFake();
        await RefusesAsync(relay, Upgraded, "it does not offer STARTTLS");
    }

    [Fact]
    public async Task A_relay_that_speaks_first_where_tls_was_to_come_gets_nothing()
    {
        await using var relay = new SmtpFake();
        await RefusesAsync(relay, FromTheFirstByte, "TLS could not be agreed");
    }

    [Theory]
    [InlineData("right", MailOutcome.Sent)]
    [InlineData("wrong", MailOutcome.Later)]
    public async Task The_relay_hears_name_and_password_and_what_it_says_of_them_is_told(string password, MailOutcome expected)
    {
        await using var relay = new SmtpFake
        {
            Certificate = Authority.Issue("CN=relay", "localhost", "server"),
            Credentials = "\0sso\0right",
        };
        var (outcome, log) = await SendAsync(relay, Upgraded, more: [("Mail:UserName", "sso"), ("Mail:Password", password)]);
        Assert.Equal((expected, expected == MailOutcome.Sent ? 1 : 0), (outcome, relay.Taken.Count));
        Assert.Equal(
            expected == MailOutcome.Later,
            log.Any(line => line.Contains("it does not take Mail:UserName and Mail:Password", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("451 later", "it answered 451 (MessageNotAccepted)")]
    [InlineData("554 spam", "it answered 554 (MessageNotAccepted)")]
    public async Task What_the_relay_says_of_a_mail_is_told_by_its_number_only(string answer, string told)
    {
        await using var relay = Relay(Upgraded, Authority.Issue("CN=relay", "localhost", "server"));
        relay.ToData = answer + " <anna@example.it>";
        await RefusesAsync(relay, Upgraded, told);
    }

    [Theory]
    [Spec("S85")]
    [InlineData("Lago\r\nBcc: eve@evil.example")]
    [InlineData("Lago\nBcc: eve@evil.example\n\n<script>")]
    [InlineData("Lago\" <eve@evil.example>, \"x")]
    public async Task What_stands_in_a_header_stays_in_it(string hostile)
    {
        await using var relay = new SmtpFake();
        var (outcome, _) = await SendAsync(relay, way: null, mail: Message with { SenderName = hostile, Subject = hostile });
        var (recipient, data) = Assert.Single(relay.Taken);
        var headers = data.ReplaceLineEndings("\n").Split("\n\n")[0].Replace("\n ", " ", StringComparison.Ordinal)
            .Replace("\n\t", " ", StringComparison.Ordinal).Split('\n');
        Assert.Equal((MailOutcome.Sent, "anna@example.it"), (outcome, recipient));
        Assert.Equal(
            ["Auto-Submitted", "Content-Type", "Date", "From", "Message-Id", "MIME-Version", "Subject", "To", "X-Auto-Response-Suppress"],
            headers.Select(line => line.Split(':')[0]).Order(StringComparer.OrdinalIgnoreCase));
        var from = Assert.Single(headers, line => line.StartsWith("From:", StringComparison.Ordinal));
        Assert.EndsWith("<no-reply@nuvola.example>", from, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_is_named_after_its_row_and_everything_in_it_is_ascii()
    {
        await using var relay = new SmtpFake();
        var id = Guid.Parse("01234567-89ab-7def-8123-456789abcdef");
        await SendAsync(relay, way: null, id: id, mail: Message with { To = "anna@caffè.example" });
        var (recipient, data) = Assert.Single(relay.Taken);
        Assert.Equal("anna@xn--caff-8oa.example", recipient);
        Assert.Contains("<0123456789ab7def8123456789abcdef@nuvola.example>", data, StringComparison.Ordinal);
        Assert.All(data, character => Assert.True(char.IsAscii(character)));
    }

    private static SmtpFake Relay(string way, X509Certificate2 certificate) =>
        new() { Certificate = certificate, TlsFromTheFirstByte = way == FromTheFirstByte };

    private async Task RefusesAsync(SmtpFake relay, string way, string why)
    {
        var (outcome, log) = await SendAsync(relay, way);
        Assert.Equal(MailOutcome.Later, outcome);
        Assert.Empty(relay.Taken);
        var line = Assert.Single(log, line => line.Contains("could not be handed to the relay", StringComparison.Ordinal));
        Assert.Contains(": " + why, line.Split('\n')[0], StringComparison.Ordinal);
        Assert.DoesNotContain("anna@", line, StringComparison.Ordinal);
    }

    /// <param name="way">Null without TLS.</param>
    private async Task<(MailOutcome Outcome, IReadOnlyList<string> Log)> SendAsync(
        SmtpFake relay, string? way, Guid? id = null, MailMessage? mail = null, IEnumerable<(string Name, string Value)>? more = null)
    {
        var authorities = Path.Combine(_folder.FullName, "authorities.pem");
        await File.WriteAllTextAsync(authorities, Authority.AuthorityPem);
        var settings = new Dictionary<string, string?>
        {
            ["Mail:Host"] = "localhost",
            ["Mail:Port"] = relay.Port.ToString(null as IFormatProvider),
            ["Mail:From"] = "Nuvola <no-reply@nuvola.example>",
            ["Mail:UseTls"] = (way is not null).ToString(),
            ["Mail:ImplicitTls"] = (way == FromTheFirstByte).ToString(),
            ["Mail:TrustedCertificatesFile"] = authorities,
        };
        foreach (var (name, value) in more ?? [])
        {
            settings[name] = value;
        }

        await using var host = await DeliveryHost.StartAsync(database: null, new FakeClock(), settings);
        var outcome = await host.Get<IMailRoute>().SendAsync(
            id ?? Guid.CreateVersion7(host.Get<TimeProvider>().GetUtcNow()), mail ?? Message, logo: null, CancellationToken.None);
        return (outcome, host.Log.Lines.ToList());
    }
}
