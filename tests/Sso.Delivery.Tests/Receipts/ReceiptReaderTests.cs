using System.Text;
using Microsoft.Extensions.Options;
using Sso.Data.Delivery;
using Sso.Delivery.Receipts;
using Sso.Delivery.Twilio;
using Sso.Delivery.Vonage;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Delivery.Tests.Receipts;

/// <summary>What is believed of a receipt, and what it is taken to say.</summary>
[Spec("M19")]
public sealed class ReceiptReaderTests
{
    private const string Application = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
    private const string Secret = VonageSmsFake.SignatureSecret;
    private const string Address = "https://login.acme.example/delivery/receipts/twilio";
    private static readonly Guid Delivery = new(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    private readonly FakeClock _clock = new();

    /// <summary>Status, err-code, what it comes to.</summary>
    public static TheoryData<string, string, TextReceiptStatus> SmsStatuses => new()
    {
        { "delivered", "0", TextReceiptStatus.Delivered },
        { "DELIVRD", "0", TextReceiptStatus.Delivered },
        { "accepted", "0", TextReceiptStatus.Pending },
        { "buffered", "0", TextReceiptStatus.Pending },
        { "unknown", "1", TextReceiptStatus.Pending },
        { "expired", "1", TextReceiptStatus.Failed },
        { "failed", "2", TextReceiptStatus.Failed },
        { "UNDELIV", "7", TextReceiptStatus.Failed },
        { "failed", "8", TextReceiptStatus.Failed },
        { "rejected", "6", TextReceiptStatus.Failed },
        { "failed", "10", TextReceiptStatus.Failed },
        { "failed", "11", TextReceiptStatus.Failed },
        { "failed", "12", TextReceiptStatus.Failed },
        { "failed", "99", TextReceiptStatus.Failed },
        { "rejected", "50", TextReceiptStatus.Failed },
        { "rejected", "54", TextReceiptStatus.Failed },
        { "failed", "3", TextReceiptStatus.Refused },
        { "rejected", "4", TextReceiptStatus.Refused },
        { "failed", "5", TextReceiptStatus.Refused },
        { "rejected", "9", TextReceiptStatus.Refused },
        { "rejected", "13", TextReceiptStatus.Refused },
        { "rejected", "14", TextReceiptStatus.Refused },
        { "rejected", "15", TextReceiptStatus.Refused },
    };

    /// <summary>Status, numeric code of the error, what it comes to.</summary>
    public static TheoryData<string, int?, TextReceiptStatus> MessageStatuses => new()
    {
        { "submitted", null, TextReceiptStatus.Pending },
        { "delivered", null, TextReceiptStatus.Delivered },
        { "undeliverable", 1220, TextReceiptStatus.Failed },
        { "undeliverable", 1250, TextReceiptStatus.Failed },
        { "undeliverable", 1360, TextReceiptStatus.Failed },
        { "rejected", 1120, TextReceiptStatus.Failed },
        { "rejected", null, TextReceiptStatus.Failed },
        { "rejected", 1040, TextReceiptStatus.Refused },
        { "rejected", 1240, TextReceiptStatus.Refused },
        { "rejected", 1473, TextReceiptStatus.Refused },
        { "undeliverable", 1310, TextReceiptStatus.Refused },
    };

    /// <summary>Status, code, what it comes to.</summary>
    public static TheoryData<string, string, TextReceiptStatus> TwilioStatuses => new()
    {
        { "queued", "", TextReceiptStatus.Pending },
        { "sent", "", TextReceiptStatus.Pending },
        { "delivered", "", TextReceiptStatus.Delivered },
        { "undelivered", "30007", TextReceiptStatus.Failed },
        { "undelivered", "30008", TextReceiptStatus.Failed },
        { "failed", "", TextReceiptStatus.Failed },
        { "undelivered", "30006", TextReceiptStatus.Refused },
        { "failed", "30450", TextReceiptStatus.Refused },
        { "failed", "21610", TextReceiptStatus.Refused },
    };

    /// <summary>What is wrong with a token, each alone.</summary>
    public static TheoryData<string, Action<Dictionary<string, object>>> WrongClaims => new()
    {
        { "iss", claims => claims["iss"] = "Somebody" },
        { "application_id", claims => claims["application_id"] = "00000000-0000-0000-0000-000000000000" },
        { "api_key", claims => claims["api_key"] = "other" },
        { "iat", claims => claims["iat"] = (long)claims["iat"] - 301 },
        { "iat", claims => claims["iat"] = (long)claims["iat"] + 301 },
        { "payload_hash", claims => claims["payload_hash"] = new string('0', 64) },
        { "payload_hash", claims => claims.Remove("payload_hash") },
        { "claims", claims => claims.Remove("jti") },
    };

    [Theory, MemberData(nameof(SmsStatuses))]
    [Spec("M20")]
    public void Each_status_of_the_sms_api_has_its_meaning(string status, string code, TextReceiptStatus expected)
    {
        var receipt = Assert.IsType<ReceiptReading.Read>(Sms().Read(Query(Form(status, code)))).Receipt;
        Assert.Equal((Delivery, expected, code == "0" ? null : code), (receipt.DeliveryId, receipt.Status, receipt.Code));
        Assert.Equal(600, receipt.Price);
    }

    [Fact]
    [Spec("M20")]
    public void A_receipt_of_the_sms_api_comes_as_query_form_or_json()
    {
        var form = Form("delivered", "0");
        var json = "{" + string.Join(
            ',',
            form.Split('&').Select(pair => pair.Split('=')).Select(pair => $"\"{pair[0]}\":\"{Uri.UnescapeDataString(pair[1])}\"")) + "}";
        Assert.IsType<ReceiptReading.Read>(Sms().Read(Query(form)));
        Assert.IsType<ReceiptReading.Read>(Sms().Read(Body(form, "application/x-www-form-urlencoded")));
        Assert.IsType<ReceiptReading.Read>(Sms().Read(Body(json, "application/json; charset=utf-8")));
    }

    [Fact]
    [Spec("M20")]
    public void A_receipt_of_the_sms_api_that_was_changed_or_signed_by_another_is_not_believed()
    {
        var form = Form("failed", "2");
        Assert.IsType<ReceiptReading.Forged>(Sms().Read(Query(form.Replace("failed", "delivered", StringComparison.Ordinal))));
        Assert.IsType<ReceiptReading.Forged>(Sms("another secret").Read(Query(form)));
        Assert.IsType<ReceiptReading.Forged>(Sms().Read(Query(form.Replace("sig=", "sig=zz", StringComparison.Ordinal))));
        Assert.IsType<ReceiptReading.Forged>(
            Sms().Read(Query(SignedReceipts.Form(Secret, ("api-key", "other"), ("client-ref", Delivery.ToString("N"))))));
        Assert.IsType<ReceiptReading.NotSigned>(Sms().Read(Query("status=delivered")));
        Assert.IsType<ReceiptReading.NotSigned>(Sms().Read(Query(form + "&status=delivered")));
    }

    [Fact]
    public void Two_secrets_are_good_while_one_replaces_the_other()
    {
        Assert.IsType<ReceiptReading.Read>(Sms("the new one", Secret).Read(Query(Form("delivered", "0"))));
        Assert.IsType<ReceiptReading.Read>(Messages("the new one", Secret).Read(Callback(SignedReceipts.Status(Delivery, "delivered"))));
    }

    [Theory, MemberData(nameof(MessageStatuses))]
    [Spec("M21")]
    public void Each_status_of_the_messages_api_has_its_meaning(string status, int? error, TextReceiptStatus expected)
    {
        var read = Assert.IsType<ReceiptReading.Read>(Messages().Read(Callback(SignedReceipts.Status(Delivery, status, error, "0.0654"))));
        Assert.Equal((Delivery, expected, 654), (read.Receipt.DeliveryId, read.Receipt.Status, read.Receipt.Price));
        Assert.Equal("call", read.Once);
    }

    [Theory, MemberData(nameof(WrongClaims))]
    [Spec("M22")]
    public void A_token_of_the_messages_api_with_a_wrong_claim_is_not_believed(string why, Action<Dictionary<string, object>> change) =>
        Assert.Equal(new ReceiptReading.Forged(why), Messages().Read(Callback(SignedReceipts.Status(Delivery, "delivered"), change)));

    [Theory]
    [InlineData("none")]
    [InlineData("RS256")]
    [InlineData("hs256")]
    [Spec("M22")]
    public void Only_one_algorithm_is_accepted(string alg)
    {
        var body = SignedReceipts.Status(Delivery, "delivered");
        var token = SignedReceipts.Token(body, Secret, Application, _clock.GetUtcNow().ToUnixTimeSeconds(), "call", alg: alg);
        Assert.Equal(new ReceiptReading.Forged("alg"), Messages().Read(Body(body, "application/json") with { Authorization = token }));
    }

    [Fact]
    [Spec("M22")]
    public void A_changed_body_another_secret_and_what_is_no_token_are_not_believed()
    {
        var call = Callback(SignedReceipts.Status(Delivery, "submitted"));
        Assert.Equal(
            new ReceiptReading.Forged("payload_hash"),
            Messages().Read(call with { Body = Encoding.UTF8.GetBytes(SignedReceipts.Status(Delivery, "delivered")) }));
        Assert.Equal(new ReceiptReading.Forged("signature"), Messages("another secret").Read(call));
        Assert.Equal(new ReceiptReading.Forged("signature"), Messages().Read(call with { Authorization = call.Authorization![..^1] }));
        Assert.IsType<ReceiptReading.Forged>(Messages().Read(call with { Authorization = "Bearer a.b.c" }));
        Assert.IsType<ReceiptReading.Forged>(Messages().Read(call with { Authorization = "Bearer $$$$.$$$$.$$$$" }));
        Assert.IsType<ReceiptReading.Forged>(Messages().Read(call with { Authorization = "Bearer .." }));
        Assert.IsType<ReceiptReading.Forged>(Messages().Read(call with { Authorization = "Basic a" }));
        Assert.IsType<ReceiptReading.NotSigned>(Messages().Read(call with { Authorization = null }));
    }

    [Fact]
    [Spec("M22")]
    public void Without_a_secret_nothing_is_believed()
    {
        var call = Callback(SignedReceipts.Status(Delivery, "delivered"));
        Assert.IsType<ReceiptReading.Forged>(
            new VonageMessagesReceipts(Options.Create(new VonageOptions { ApplicationId = Application }), _clock).Read(call));
        Assert.IsType<ReceiptReading.Forged>(
            new VonageSmsReceipts(Options.Create(new VonageOptions())).Read(Query(Form("delivered", "0"))));
        Assert.IsType<ReceiptReading.Forged>(Twilio(token: null).Read(TwilioCall("delivered", "")));
    }

    [Theory, MemberData(nameof(TwilioStatuses))]
    [Spec("M17")]
    public void Each_status_of_Twilio_has_its_meaning(string status, string code, TextReceiptStatus expected)
    {
        var receipt = Assert.IsType<ReceiptReading.Read>(Twilio().Read(TwilioCall(status, code))).Receipt;
        Assert.Equal((Delivery, expected), (receipt.DeliveryId, receipt.Status));
    }

    [Fact]
    [Spec("M18")]
    public void Twilio_signs_the_address_with_the_default_port_or_without() =>
        Assert.IsType<ReceiptReading.Read>(
            Twilio().Read(TwilioCall("delivered", "", Address.Replace("example/", "example:443/", StringComparison.Ordinal))));

    [Fact]
    [Spec("M18")]
    public void A_callback_of_Twilio_for_another_address_message_or_account_is_not_believed()
    {
        var call = TwilioCall("delivered", "");
        Assert.IsType<ReceiptReading.Forged>(Twilio().Read(TwilioCall("delivered", "", "https://other.example/delivery/receipts/twilio")));
        Assert.IsType<ReceiptReading.Forged>(Twilio().Read(call with { Query = $"?ref={Guid.Empty:N}" }));
        Assert.IsType<ReceiptReading.Forged>(Twilio().Read(call with { Body = Encoding.UTF8.GetBytes("MessageStatus=delivered") }));
        Assert.IsType<ReceiptReading.Forged>(Twilio(account: "AC00000000000000000000000000000009").Read(call));
        Assert.IsType<ReceiptReading.Forged>(Twilio("another token").Read(call));
        Assert.IsType<ReceiptReading.NotSigned>(Twilio().Read(call with { Signature = null }));
    }

    private static VonageSmsReceipts Sms(params string[] secrets) =>
        new(Options.Create(new VonageOptions { ApiKey = VonageSmsFake.ApiKey, SignatureSecrets = secrets is [] ? [Secret] : secrets }));

    private VonageMessagesReceipts Messages(params string[] secrets) => new(
        Options.Create(
            new VonageOptions
            {
                ApiKey = VonageSmsFake.ApiKey,
                ApplicationId = Application,
                SignatureSecrets = secrets is [] ? [Secret] : secrets,
            }),
        _clock);

    private static TwilioReceipts Twilio(string? token = TwilioFake.AuthToken, string account = TwilioFake.AccountSid) =>
        new(
            Options.Create(new TwilioOptions { AccountSid = account, AuthToken = token }),
            new ReceiptAddresses("https://login.acme.example"));

    private static string Form(string status, string code) => SignedReceipts.Form(
        Secret, ("api-key", VonageSmsFake.ApiKey), ("client-ref", Delivery.ToString("N")),
        ("status", status), ("err-code", code), ("price", "0.06000000"));

    private static ReceiptCall Query(string query) => new() { Query = "?" + query, Body = ReadOnlyMemory<byte>.Empty };

    private static ReceiptCall Body(string body, string type) =>
        new() { Query = "", Body = Encoding.UTF8.GetBytes(body), ContentType = type };

    private ReceiptCall Callback(string body, Action<Dictionary<string, object>>? change = null) => Body(body, "application/json") with
    {
        Authorization = SignedReceipts.Token(body, Secret, Application, _clock.GetUtcNow().ToUnixTimeSeconds(), "call", change),
    };

    private static ReceiptCall TwilioCall(string status, string code, string address = Address)
    {
        (string, string)[] form =
            [("AccountSid", TwilioFake.AccountSid), ("MessageSid", "SM01"), ("MessageStatus", status), ("ErrorCode", code)];
        var query = $"?ref={Delivery:N}";
        return Body(SignedReceipts.Encoded(form), "application/x-www-form-urlencoded") with
        {
            Query = query,
            Signature = SignedReceipts.Twilio(TwilioFake.AuthToken, address + query, form),
        };
    }
}
