using Microsoft.EntityFrameworkCore;
using Sso.Data.Brands;
using Sso.Data.Delivery;
using Sso.Data.Secrets;
using Sso.Delivery.Mail;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Delivery.Tests.Mail;

[Spec("M10")]
[Spec("F14")]
public sealed class MailDispatcherTests : IAsyncLifetime
{
    private static readonly MailBrand Brand = new()
    {
        Name = "Nuvola",
        SenderName = "Nuvola clienti",
        Light = new("#1f6f8b", "#ffffff", "#14343f"),
        Dark = new("#4fa3c0", "#1b1f24", "#4fa3c0"),
    };

    private static readonly MailMessage Message = new MailContent
    {
        Subject = "È ora di provare",
        Language = "it",
        Paragraphs = ["Ciao <b>Anna</b>, è per te."],
        Facts = [("Quando", "oggi")],
        Link = new("Apri", "https://sso.example/x?a=1&b=2"),
        Footer = "Ti scriviamo noi.",
    }.To("anna@example.it", Brand);

    private readonly FakeClock _clock = new();
    private readonly SmtpFake _relay = new();
    private TestDatabase _database = null!;
    private DeliveryHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        _host = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _database.DisposeAsync();
        await _relay.DisposeAsync();
    }

    [Fact]
    public async Task A_mail_leaves_as_text_and_html_to_one_recipient_and_its_content_is_erased()
    {
        await EnqueueAsync(TimeSpan.FromMinutes(30));
        await SendAsync();
        var (recipient, data) = Assert.Single(_relay.Taken);
        Assert.Equal("anna@example.it", recipient);
        foreach (var part in (string[])
        [
            "From: Nuvola clienti <no-reply@nuvola.example>", "multipart/alternative", "text/plain", "text/html",
            "Auto-Submitted: auto-generated", "Message-ID: <"
        ])
        {
            Assert.Contains(part, data, StringComparison.OrdinalIgnoreCase);
        }

        var row = await RowAsync();
        Assert.Equal((OutgoingMailStatus.Sent, 0), (row.Status, row.Protected.Length));
    }

    [Fact]
    [Spec("S137")]
    public async Task While_it_waits_the_row_is_encrypted()
    {
        await EnqueueAsync(TimeSpan.FromMinutes(30));
        var stored = System.Text.Encoding.UTF8.GetString((await RowAsync()).Protected);
        Assert.DoesNotContain("anna", stored, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("sso.example", stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_relay_does_not_take_now_is_tried_after_1_5_15_and_60_minutes()
    {
        _relay.ToData = "451 later";
        await EnqueueAsync(TimeSpan.FromHours(72));
        await SendAsync();
        foreach (var minutes in (int[])[1, 5, 15, 60, 60])
        {
            var before = (await RowAsync()).Attempts;
            _clock.Advance(TimeSpan.FromMinutes(minutes) - TimeSpan.FromSeconds(1));
            await SendAsync();
            Assert.Equal(before, (await RowAsync()).Attempts);
            _clock.Advance(TimeSpan.FromSeconds(1));
            await SendAsync();
            Assert.Equal(before + 1, (await RowAsync()).Attempts);
        }

        _relay.ToData = "250 taken";
        _clock.Advance(TimeSpan.FromHours(1));
        await SendAsync();
        Assert.Single(_relay.Taken);
    }

    /// <summary>By which operators find a mail that did not come.</summary>
    [Fact]
    public async Task The_row_says_which_mail_it_is_to_which_masked_address_and_what_became_of_it()
    {
        _relay.ToData = "451 later";
        await EnqueueAsync(TimeSpan.FromHours(72), Message with { Kind = "Reset" });
        await SendAsync();
        var row = await RowAsync();
        Assert.Equal(("Reset", "a•••@example.it"), (row.Kind, row.MaskedAddress));
        Assert.Equal((MailTrouble.RelayNotReady, (DateTimeOffset?)null), (row.Trouble, row.DoneAt));

        _relay.ToData = "250 taken";
        _clock.Advance(TimeSpan.FromMinutes(1));
        await SendAsync();
        row = await RowAsync();
        Assert.Equal((MailTrouble.None, _clock.GetUtcNow()), (row.Trouble, row.DoneAt));
    }

    [Fact]
    public async Task A_mail_whose_link_is_dead_is_not_sent_any_more()
    {
        _relay.ToData = "451 later";
        await EnqueueAsync(TimeSpan.FromMinutes(5));
        await SendAsync();
        _relay.ToData = "250 taken";
        _clock.Advance(TimeSpan.FromMinutes(6));
        await SendAsync();
        Assert.Empty(_relay.Taken);
        Assert.Equal(OutgoingMailStatus.Failed, (await RowAsync()).Status);
    }

    [Fact]
    public async Task An_address_that_the_relay_refuses_is_not_tried_again()
    {
        _relay.ToRecipient = "550 no such mailbox";
        await EnqueueAsync(TimeSpan.FromMinutes(30));
        await SendAsync();
        var row = await RowAsync();
        Assert.Equal((OutgoingMailStatus.Failed, 1, 0), (row.Status, row.Attempts, row.Protected.Length));
    }

    [Fact]
    public async Task A_relay_that_offers_no_tls_gets_nothing_where_tls_is_demanded()
    {
        await using var strict = await StartAsync(tls: true);
        await EnqueueAsync(TimeSpan.FromMinutes(30));
        await strict.Get<MailDispatcher>().SendDueAsync(CancellationToken.None);
        Assert.Empty(_relay.Taken);
        Assert.Equal(OutgoingMailStatus.Waiting, (await RowAsync()).Status);
    }

    [Fact]
    public async Task A_row_that_holds_no_mail_keeps_no_other_waiting_and_is_told_in_the_log()
    {
        await EnqueueAsync(TimeSpan.FromMinutes(30));
        var torn = await RowAsync();
        await using var database = _database.Open();
        var (content, earlier) =
            (_host.Get<Sealer>().Protect(OutgoingMail.ContextOf(torn.Id), "no JSON"u8.ToArray()), torn.NextAttemptAt.AddSeconds(-1));
        await database.OutgoingMails.ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Protected, content).SetProperty(row => row.NextAttemptAt, earlier),
            TestContext.Current.CancellationToken);
        await EnqueueAsync(TimeSpan.FromMinutes(30));

        await SendAsync();

        Assert.Single(_relay.Taken);
        Assert.Contains(_host.Log.Lines, line => line.Contains("could not be sent now", StringComparison.Ordinal)
            && line.Contains("JsonException", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_nodes_at_once_send_each_mail_once()
    {
        await using var second = await StartAsync();
        for (var mail = 0; mail < 20; mail++)
        {
            await EnqueueAsync(TimeSpan.FromMinutes(30));
        }

        await Task.WhenAll(SendAsync(), second.Get<MailDispatcher>().SendDueAsync(CancellationToken.None));
        Assert.Equal(20, _relay.Taken.Count);
    }

    [Fact]
    [Spec("S85")]
    public void What_people_typed_is_text_in_both_forms()
    {
        Assert.Contains("Ciao &lt;b&gt;Anna&lt;/b&gt;", Message.Html, StringComparison.Ordinal);
        Assert.Contains("href=\"https://sso.example/x?a=1&amp;b=2\"", Message.Html, StringComparison.Ordinal);
        Assert.Contains("https://sso.example/x?a=1&b=2\n", Message.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_logo_of_its_brand_travels_inside_the_html()
    {
        await StoreLogoAsync("png");
        await EnqueueAsync(TimeSpan.FromMinutes(30), Message with { LogoOf = "lago" });
        await SendAsync();
        var data = Assert.Single(_relay.Taken).Data;
        foreach (var part in (string[])
        [
            "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png", "Content-ID: <logo>", "AQIDBA=="
        ])
        {
            Assert.Contains(part, data, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("svg")]
    public async Task A_logo_that_is_no_more_or_is_no_png_now_keeps_no_mail_waiting(string? format)
    {
        if (format is not null)
        {
            await StoreLogoAsync(format);
        }

        await EnqueueAsync(TimeSpan.FromMinutes(30), Message with { LogoOf = "lago" });
        await SendAsync();
        Assert.DoesNotContain("Content-ID", Assert.Single(_relay.Taken).Data, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [Spec("S85")]
    [InlineData("anna@example.it\r\nRCPT TO:<eve@evil.example>")]
    [InlineData("anna@example.it\nBcc: eve@evil.example")]
    [InlineData("anna@example.it,eve@evil.example")]
    [InlineData("anna@example.it<eve@evil.example>")]
    [InlineData("anna<eve@evil.example>")]
    [InlineData("(anna)eve@evil.example")]
    [InlineData("anna@example.it> SIZE=1")]
    [InlineData("<anna@example.it")]
    public async Task What_is_more_than_one_bare_address_gets_nothing(string address)
    {
        await EnqueueAsync(TimeSpan.FromMinutes(30), Message with { To = address });
        await SendAsync();
        Assert.Empty(_relay.Taken);
        Assert.Equal(OutgoingMailStatus.Failed, (await RowAsync()).Status);
    }

    [Theory]
    [Spec("S85")]
    [InlineData("Rossi\r\nBcc: eve@evil.example")]
    [InlineData("Rossi\n\n<script>alert(1)</script>")]
    public async Task What_people_are_called_adds_neither_headers_nor_recipients_nor_markup(string name)
    {
        await EnqueueAsync(TimeSpan.FromMinutes(30));
        await SendAsync();
        await using (var database = _database.Open())
        {
            await database.OutgoingMails.ExecuteDeleteAsync();
        }

        var mail = new MailContent
        {
            Subject = "È ora di provare",
            Language = "it",
            Paragraphs = [$"Ciao {name}."],
            Facts = [("Dispositivo", name)],
            Footer = "Ti scriviamo noi.",
        }.To("anna@example.it", Brand);
        await EnqueueAsync(TimeSpan.FromMinutes(30), mail);
        await SendAsync();

        var (plain, hostile) = (_relay.Taken.First(), _relay.Taken.Last());
        Assert.Equal((2, "anna@example.it"), (_relay.Taken.Count, hostile.Recipient));
        Assert.Equal(HeadersOf(plain.Data), HeadersOf(hostile.Data));
        Assert.DoesNotContain("<script>", mail.Html, StringComparison.Ordinal);

        static IEnumerable<string> HeadersOf(string data) =>
            data.ReplaceLineEndings("\n").Split("\n\n")[0].Split('\n')
                .Where(line => !line.StartsWith(' ') && !line.StartsWith('\t')).Select(line => line.Split(':')[0]);
    }

    [Fact]
    [Spec("S132")]
    public async Task No_log_holds_the_address_or_the_link()
    {
        _relay.ToRecipient = "451 later";
        await EnqueueAsync(TimeSpan.FromMinutes(30));
        await SendAsync();
        Assert.DoesNotContain(
            _host.Log.Lines,
            line => line.Contains("anna@", StringComparison.Ordinal) || line.Contains("sso.example/x", StringComparison.Ordinal));
    }

    private Task<DeliveryHost> StartAsync(bool tls = false) => DeliveryHost.StartAsync(_database, _clock, new()
    {
        ["Mail:Host"] = "127.0.0.1",
        ["Mail:Port"] = _relay.Port.ToString(null as IFormatProvider),
        ["Mail:From"] = "Nuvola <no-reply@nuvola.example>",
        ["Mail:UseTls"] = tls.ToString(),
    });

    private async Task EnqueueAsync(TimeSpan life, MailMessage? mail = null)
    {
        await using var database = _database.Open();
        _host.Get<MailQueue>().Enqueue(database, mail ?? Message, life);
        await database.SaveChangesAsync();
    }

    private async Task StoreLogoAsync(string format)
    {
        await using var database = _database.Open();
        database.Brands.Add(new BrandRegistration
        {
            Id = "lago",
            Name = "Lago",
            Accent = "#1f6f8b",
            Logo = [1, 2, 3, 4],
            LogoFormat = format,
            CreatedAt = _clock.GetUtcNow(),
        });
        await database.SaveChangesAsync();
    }

    private Task SendAsync() => _host.Get<MailDispatcher>().SendDueAsync(CancellationToken.None);

    private async Task<OutgoingMail> RowAsync()
    {
        await using var database = _database.Open();
        return await database.OutgoingMails.AsNoTracking().SingleAsync();
    }
}
