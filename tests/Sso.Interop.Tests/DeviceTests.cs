using System.Text.Json;
using Sso.Testing;
using Xunit;

namespace Sso.Interop.Tests;

/// <summary>A device without a browser on two libraries of others, and a person who answers it (RFC 8628).</summary>
[Spec("RFC 8628", "3")]
public sealed class DeviceTests(SsoProcess sso) : IClassFixture<SsoProcess>
{
    [Fact]
    public async Task A_television_gets_tokens_that_both_libraries_accept()
    {
        const string Password = "a long pass phrase of dora";
        await sso.AddClientAsync("tv", "--name", "Television", "--type", "device");
        await sso.AddPersonAsync("dora", Password);

        var seen = await NodeScript.RunAsync("device.mjs", new Dictionary<string, string>
        {
            ["ISSUER"] = sso.Issuer,
            ["CLIENT_ID"] = "tv",
            ["USERNAME"] = "dora",
            ["PASSWORD"] = Password,
        });

        Assert.Equal(["mfa", "otp", "pwd"], Words(seen, "amr").Order(StringComparer.Ordinal));
        Assert.Equal("dora@example.com", seen.GetProperty("email").GetString());
        Assert.Equal(
            [
                "/device", "/signin", "/signin/enrol", "/account/mfa/method",
                "/account/mfa/app", "/account/mfa/recovery-codes", "/device/confirm",
            ],
            Words(seen, "pages"));
        Assert.Equal(["authorization_pending", "slow_down", "invalid_grant", "access_denied"], Words(seen, "webapi"));
        Assert.Empty(Words(seen, "htmlProblems"));
    }

    private static List<string> Words(JsonElement seen, string name) =>
        [.. seen.GetProperty(name).EnumerateArray().Select(word => word.GetString()!)];
}
