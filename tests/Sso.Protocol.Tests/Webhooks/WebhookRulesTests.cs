using System.Text;
using Sso.Protocol.Webhooks;
using Xunit;

namespace Sso.Protocol.Tests.Webhooks;

/// <summary>What Standard Webhooks say, without anybody who sends or takes a message.</summary>
public sealed class WebhookRulesTests
{
    /// <summary>The example of the standard's own libraries; openssl gives the same.</summary>
    [Fact]
    public void A_signature_is_that_of_the_example() => Assert.Equal(
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        WebhookSignature.Of(
            "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, Encoding.UTF8.GetBytes("{\"test\": 2432232314}"),
            ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]));

    [Fact]
    public void Two_secrets_give_two_signatures_and_each_part_of_a_message_counts()
    {
        string[] secrets = [WebhookSecret.New(), WebhookSecret.New()];
        var both = WebhookSignature.Of("msg_1", 7, "{}"u8, secrets);

        Assert.Equal(secrets.Select(secret => WebhookSignature.Of("msg_1", 7, "{}"u8, [secret])), both.Split(' '));
        Assert.DoesNotContain(
            both,
            (string[])
            [
                WebhookSignature.Of("msg_2", 7, "{}"u8, secrets), WebhookSignature.Of("msg_1", 8, "{}"u8, secrets),
                WebhookSignature.Of("msg_1", 7, "[]"u8, secrets),
            ]);
    }

    [Fact]
    public void A_secret_has_256_bits_behind_its_prefix()
    {
        var secret = WebhookSecret.New();

        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        Assert.Equal(32, WebhookSecret.KeyOf(secret).Length);
        Assert.NotEqual(secret, WebhookSecret.New());
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 300)]
    [InlineData(3, 1800)]
    [InlineData(4, 7200)]
    [InlineData(5, 18000)]
    [InlineData(6, 36000)]
    [InlineData(7, 36000)]
    public void The_waits_grow_and_chance_makes_each_up_to_a_fifth_longer(int attempts, int seconds)
    {
        var wait = TimeSpan.FromSeconds(seconds);
        Assert.Equal(wait, WebhookRetries.WaitAfter(attempts, asked: null, chance: 0));
        Assert.Equal(wait * 1.2, WebhookRetries.WaitAfter(attempts, asked: null, chance: 1));
    }

    [Fact]
    public void After_eight_attempts_it_is_given_up_whatever_the_receiver_asks_for()
    {
        Assert.Equal(8, WebhookRetries.MostAttempts);
        Assert.Null(WebhookRetries.WaitAfter(8, TimeSpan.FromHours(1), chance: 0));
        Assert.Null(WebhookRetries.WaitAfter(9, asked: null, chance: 0));
    }

    [Theory]
    [InlineData(2, 3600, 3600)]
    [InlineData(2, 1, 300)]
    [InlineData(2, -5, 300)]
    [InlineData(2, 864000, 86400)]
    public void The_receiver_may_ask_for_a_longer_wait_of_a_day_at_most(int attempts, int asked, int seconds) => Assert.Equal(
        TimeSpan.FromSeconds(seconds), WebhookRetries.WaitAfter(attempts, TimeSpan.FromSeconds(asked), chance: 0));
}
