using System.Text.Json;
using Xunit;

namespace Sso.Interop.Tests;

/// <summary>A receiver on the library of Standard Webhooks, while the secret changes and after an outage.</summary>
public sealed class WebhookTests(SsoProcess sso) : IClassFixture<SsoProcess>
{
    [Fact]
    public async Task A_billing_system_that_was_down_hears_of_a_new_customer_in_a_message_that_its_library_accepts()
    {
        var address = $"http://localhost:{sso.NotificationPort}/hook";
        var added = JsonElement.Parse(await sso.RunAsync("", "webhook", "add", address, "--events", "person.changed", "--json"));
        var id = added.GetProperty("webhook").GetProperty("id").GetString()!;
        var rotated = JsonElement.Parse(await sso.RunAsync("", "webhook", "rotate", id, "--json"));
        var receiver = NodeScript.RunAsync("webhook.mjs", new Dictionary<string, string>
        {
            ["ADDRESS"] = address,
            ["FORMER"] = added.GetProperty("secret").GetString()!,
            ["PRESENT"] = rotated.GetProperty("secret").GetString()!,
        });
        await sso.AddPersonAsync("ugo", "a long pass phrase of ugo");

        var messages = (await receiver).EnumerateArray().ToList();

        Assert.Equal(["person.changed", "person.changed"], messages.Select(message => message.GetProperty("type").GetString()));
        Assert.Single(messages.Select(message => message.GetProperty("id").GetString()).Distinct());
        Assert.All(messages, message => Assert.True(message.GetProperty("formerFits").GetBoolean()));
        Assert.All(messages, message => Assert.False(message.GetProperty("changedFits").GetBoolean()));
    }
}
