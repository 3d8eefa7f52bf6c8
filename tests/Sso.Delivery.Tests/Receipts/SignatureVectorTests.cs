using System.Text;
using Microsoft.Extensions.Options;
using Sso.Delivery.Receipts;
using Sso.Delivery.Twilio;
using Sso.Delivery.Vonage;
using Sso.Testing;
using Xunit;

namespace Sso.Delivery.Tests.Receipts;

/// <summary>The published vectors: what was computed apart from this code must come out of it.</summary>
[Spec("M25")]
public sealed class SignatureVectorTests
{
    private const string Secret = "segreto-di-prova-0123456789";

    private static readonly Dictionary<string, string> Request = new()
    {
        ["api_key"] = "abcd1234",
        ["from"] = "AcmeCloud",
        ["text"] = "Codice a=b&c è",
        ["timestamp"] = "1700000000",
        ["to"] = "393123456789",
        ["type"] = "text",
    };

    public static TheoryData<string, string> Signatures => new()
    {
        { "Sha256", "D58420C274DA07E315477085A067F9E34E337B27BEA60AB211F4E9D2BF1709D7" },
        {
            "Sha512",
            "137E8A2310BC80DA64E3DA990D9E098679AD1C6C600420EE9E1FF22302456DBB"
                + "3D4AC45F9330EC6FB0D7BCB573D01D485B09C4FBD686B5E609AA67F633A728E9"
        },
        { "Md5Hash", "94f1c4e4b513e67e3ca17d507236bad7" },
    };

    [Theory, MemberData(nameof(Signatures))]
    [Spec("M12")]
    public void A_request_of_the_sms_api_has_this_signature(string method, string expected) =>
        Assert.Equal(expected, VonageSignature.Sign(Request, Secret, Enum.Parse<VonageSignatureMethod>(method)));

    [Fact]
    [Spec("M20")]
    public void A_receipt_of_the_sms_api_with_this_signature_is_believed()
    {
        var reader = new VonageSmsReceipts(Options.Create(new VonageOptions { ApiKey = "abcd1234", SignatureSecrets = [Secret] }));
        // Signed, but the reference is none of ours.
        Assert.IsType<ReceiptReading.NotOurs>(reader.Read(Receipt("0.06000000")));
        Assert.IsType<ReceiptReading.Forged>(reader.Read(Receipt("0.07000000")));
    }

    [Fact]
    [Spec("M22")]
    public void A_callback_of_the_messages_api_with_this_token_is_believed()
    {
        var clock = new FakeClock(DateTimeOffset.FromUnixTimeSeconds(1795338900));
        var account =
            new VonageOptions { ApiKey = "abcd1234", ApplicationId = "3fa85f64-5717-4562-b3fc-2c963f66afa6", SignatureSecrets = [Secret] };
        var reader = new VonageMessagesReceipts(Options.Create(account), clock);
        Assert.IsType<ReceiptReading.NotOurs>(
            reader.Read(Callback("""{"message_uuid":"0f8fad5b-d9cb-469f-a165-70867728950e","status":"delivered"}""")));
        Assert.IsType<ReceiptReading.Forged>(
            reader.Read(Callback("""{"message_uuid":"0f8fad5b-d9cb-469f-a165-70867728950e","status":"rejected"}""")));
    }

    [Fact]
    [Spec("M18")]
    public void A_callback_of_Twilio_has_this_signature() => Assert.Equal(
        "zI8xmIjuEK+NS1Z8h9EEXKFoABo=",
        TwilioSignature.Of(
            "https://sso.example.it/webhooks/twilio/status",
            new Dictionary<string, string>
            {
                ["To"] = "+393123456789",
                ["MessageStatus"] = "delivered",
                ["MessageSid"] = "SM00000000000000000000000000000002",
                ["From"] = "AcmeCloud",
                ["AccountSid"] = "AC00000000000000000000000000000001",
            },
            "token-di-prova"));

    private static ReceiptCall Receipt(string price) => new()
    {
        Query = "?api-key=abcd1234&client-ref=otp-42&err-code=0&message-timestamp=2026-11-22+09%3A15%3A00"
            + "&messageId=0A00000012AB34CD&msisdn=393123456789"
            + "&network-code=22201&nonce=6d0f2c1e-7a55-4a0e-9d0b-2f6a3f4f0c11&price="
            + price + "&scts=2611220915&status=delivered&timestamp=1795338900"
            + "&to=AcmeCloud&sig=FCCFE66B5B335E78A3A588435E42C7EDD1A77AA813E5D823734A3E8B8983440A",
        Body = ReadOnlyMemory<byte>.Empty,
    };

    private static ReceiptCall Callback(string body) => new()
    {
        Query = "",
        Body = Encoding.UTF8.GetBytes(body),
        Authorization = "Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
            + "eyJpYXQiOjE3OTUzMzg5MDAsImp0aSI6IjFiNGUyOGJhLTJmYTEtMTFkMi04ODNmLTAwMTZkM2NjYTQyNyIsImlzcyI6IlZvbmFnZSIs"
            + "InBheWxvYWRfaGFzaCI6Ijg3NWM1OGQzNjA1ZjQ3NjA2NTZiODg5ZDE1YmMyZTNhMDIxZWUxZmYxODIzYmVkZmEyMTc2Y2FhZGJlMGFhOGIiLCJhcGlfa2V5Ijoi"
            + "YWJjZDEyMzQiLCJhcHBsaWNhdGlvbl9pZCI6IjNmYTg1ZjY0LTU3MTctNDU2Mi1iM2ZjLTJjOTYzZjY2YWZhNiJ9"
            + ".FDZXTNQeKkVLck5eG-KPw6CvEqJoPAhsqmBoNM3TJKs",
    };
}
