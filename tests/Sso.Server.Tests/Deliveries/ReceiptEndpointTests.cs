using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Delivery;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Server.Tests.Deliveries;

/// <summary>Receipts over HTTP, as providers send them and as others might.</summary>
[Spec("M19")]
public sealed class ReceiptEndpointTests : IAsyncLifetime
{
    private const string Messages = "/delivery/receipts/vonage-messages";
    private const string Sms = "/delivery/receipts/vonage-sms";
    private const string Twilio = "/delivery/receipts/twilio";
    private const string Secret = VonageSmsFake.SignatureSecret;
    private readonly SsoServer _server = new();
    private string _application = "";

    public async ValueTask InitializeAsync()
    {
        await using var fake = await VonageFake.StartAsync(_server.Clock);
        _application = fake.ApplicationId;
        string[] settings =
        [
            "Sso:Hosts:0=inner.example",
            "Delivery:Routes:1=vonage-messages",
            "Delivery:Routes:2=vonage-sms",
            "Delivery:Routes:3=twilio",
            "Delivery:From:default=AcmeCloud",
            $"Vonage:ApplicationId={fake.ApplicationId}",
            $"Vonage:PrivateKey={fake.PrivateKey}",
            $"Vonage:ApiKey={VonageSmsFake.ApiKey}",
            $"Vonage:ApiSecret={VonageSmsFake.ApiSecret}",
            $"Vonage:SignatureSecrets:0={Secret}",
            $"Twilio:AccountSid={TwilioFake.AccountSid}",
            $"Twilio:AuthToken={TwilioFake.AuthToken}",
        ];
        foreach (var setting in settings)
        {
            _server.Settings.Add("--" + setting);
        }

        await _server.InitializeAsync();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    [Spec("M22")]
    public async Task A_signed_callback_of_the_messages_api_is_stored()
    {
        var id = await SentAsync("vonage-messages");
        Assert.Equal(HttpStatusCode.NoContent, await CallbackAsync(SignedReceipts.Status(id, "delivered", price: "0.0654"), "call"));
        var row = await RowAsync(id);
        Assert.Equal((TextReceiptStatus.Delivered, 654, _server.Clock.GetUtcNow()), (row.Receipt, row.Price, row.ReceiptAt));
    }

    [Fact]
    [Spec("M22")]
    public async Task The_same_token_is_good_once()
    {
        var id = await SentAsync("vonage-messages");
        Assert.Equal(HttpStatusCode.NoContent, await CallbackAsync(SignedReceipts.Status(id, "submitted"), "call"));
        Assert.Equal(HttpStatusCode.Unauthorized, await CallbackAsync(SignedReceipts.Status(id, "submitted"), "call"));
        Assert.Equal(HttpStatusCode.NoContent, await CallbackAsync(SignedReceipts.Status(id, "delivered"), "another call"));
    }

    [Fact]
    [Spec("M22")]
    public async Task What_is_not_signed_is_asked_for_again_and_what_is_wrongly_signed_is_refused()
    {
        var id = await SentAsync("vonage-messages");
        var body = SignedReceipts.Status(id, "delivered");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PostAsync(Messages, body, "application/json"));
        Assert.Equal(HttpStatusCode.Unauthorized, await CallbackAsync(body, "call", "another secret of thirty-two characters"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PostAsync(Sms, "status=delivered", "application/x-www-form-urlencoded"));
        Assert.Equal(
            HttpStatusCode.ServiceUnavailable, await PostAsync(Twilio, "MessageStatus=delivered", "application/x-www-form-urlencoded"));
        Assert.Equal(TextReceiptStatus.None, (await RowAsync(id)).Receipt);
        Assert.Contains(_server.Log.Lines, line => line.Contains("was not believed: signature", StringComparison.Ordinal));
    }

    [Fact]
    [Spec("M20")]
    public async Task A_signed_receipt_of_the_sms_api_is_stored_from_query_and_form()
    {
        foreach (var byQuery in new[] { true, false })
        {
            var id = await SentAsync("vonage-sms");
            var form = SignedReceipts.Form(
                Secret, ("api-key", VonageSmsFake.ApiKey), ("client-ref", id.ToString("N")),
                ("status", "failed"), ("err-code", "6"), ("price", "0.06000000"));
            Assert.Equal(
                HttpStatusCode.NoContent,
                byQuery ? await GetAsync($"{Sms}?{form}") : await PostAsync(Sms, form, "application/x-www-form-urlencoded"));
            var row = await RowAsync(id);
            Assert.Equal((TextReceiptStatus.Failed, "6", 600), (row.Receipt, row.ReceiptCode, row.Price));
        }
    }

    [Fact]
    [Spec("M18")]
    public async Task A_callback_of_Twilio_is_verified_against_the_public_address_whatever_host_it_came_by()
    {
        var id = await SentAsync("twilio");
        (string, string)[] form = [("AccountSid", TwilioFake.AccountSid), ("MessageStatus", "delivered")];
        var query = $"{Twilio}?ref={id:N}";
        var signature = SignedReceipts.Twilio(TwilioFake.AuthToken, SsoServer.Issuer + query, form);
        var body = SignedReceipts.Encoded(form);
        Assert.Equal(
            HttpStatusCode.NoContent,
            await PostAsync(query, body, "application/x-www-form-urlencoded", request =>
            {
                request.Headers.Add("X-Twilio-Signature", signature);
                request.Headers.Host = "inner.example";
            }));
        Assert.Equal(TextReceiptStatus.Delivered, (await RowAsync(id)).Receipt);
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            await PostAsync(
                $"{Twilio}?ref={Guid.Empty:N}", body, "application/x-www-form-urlencoded",
                request => request.Headers.Add("X-Twilio-Signature", signature)));
    }

    [Fact]
    [Spec("M19")]
    public async Task A_body_of_more_than_64_KiB_is_not_read()
    {
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await PostAsync(Messages, new string(' ', 65 * 1024), "application/json"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PostAsync(Messages, new string(' ', 64 * 1024), "application/json"));
    }

    [Theory]
    [InlineData("outbox")]
    [InlineData("pigeon")]
    public async Task There_is_nothing_for_a_route_without_receipts(string route) =>
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync("/delivery/receipts/" + route, "", "application/json"));

    [Fact]
    public async Task A_receipt_for_a_message_that_nobody_sent_is_taken_and_forgotten() =>
        Assert.Equal(HttpStatusCode.NoContent, await CallbackAsync(SignedReceipts.Status(Guid.Empty, "delivered"), "call"));

    [Fact]
    [Spec("M5")]
    public async Task A_code_that_is_entered_is_marked_on_the_message_that_carried_it()
    {
        var bo = await (await _server.AddPersonAsync("bo")).WithPhoneAsync();
        var browser = _server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), bo);
        await using var database = _server.OpenDatabase();
        await Patience.UntilAsync(() => database.TextDeliveries.AnyAsync(row => row.Outcome == "Accepted"), "the text is taken");

        Assert.Null((await database.TextDeliveries.AsNoTracking().SingleAsync()).EnteredAt);
        await browser.SubmitAsync(page, ("Input.Code", await _server.LatestTextCodeAsync(bo.Id)));
        Assert.Equal(_server.Clock.GetUtcNow(), (await database.TextDeliveries.AsNoTracking().SingleAsync()).EnteredAt);
    }

    private Task<HttpStatusCode> CallbackAsync(string body, string id, string secret = Secret) => PostAsync(
        Messages,
        body,
        "application/json",
        request => request.Headers.TryAddWithoutValidation(
            "Authorization", SignedReceipts.Token(body, secret, _application, _server.Clock.GetUtcNow().ToUnixTimeSeconds(), id)));

    private async Task<HttpStatusCode> PostAsync(string path, string body, string type, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, type) };
        change?.Invoke(request);
        using var client = _server.Backchannel();
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }

    private async Task<HttpStatusCode> GetAsync(string path)
    {
        using var client = _server.Backchannel();
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Empty(await answer.Content.ReadAsStringAsync());
        return answer.StatusCode;
    }

    private Task<Guid> SentAsync(string route) => TakenTexts.AddAsync(_server, route);

    private async Task<TextDelivery> RowAsync(Guid id)
    {
        await using var database = _server.OpenDatabase();
        return await database.TextDeliveries.AsNoTracking().SingleAsync(row => row.Id == id);
    }
}
