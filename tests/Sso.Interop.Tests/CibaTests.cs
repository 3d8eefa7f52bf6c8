using System.Text.Json;
using Sso.Testing;
using Xunit;

namespace Sso.Interop.Tests;

/// <summary>An application that asks a person who is not before it, on two libraries of others (CIBA Core).</summary>
[Spec("CIBA Core", "7")]
public sealed class CibaTests(SsoProcess sso) : IClassFixture<SsoProcess>
{
    [Fact]
    public async Task A_call_centre_gets_tokens_that_both_libraries_accept()
    {
        const string Password = "a long pass phrase of elio";
        var client = await sso.AddClientAsync("centre", "--name", "Call centre", "--type", "web", "--ciba");
        await sso.AddPersonAsync("elio", Password);

        var seen = await NodeScript.RunAsync("ciba.mjs", new Dictionary<string, string>
        {
            ["ISSUER"] = sso.Issuer,
            ["CLIENT_ID"] = "centre",
            ["CLIENT_SECRET"] = client.GetProperty("client_secret").GetString()!,
            ["USERNAME"] = "elio",
            ["PASSWORD"] = Password,
        });

        Assert.Equal(["mfa", "otp", "pwd"], Words(seen, "amr").Order(StringComparer.Ordinal));
        Assert.Equal("elio@example.com", seen.GetProperty("email").GetString());
        Assert.Equal(["authorization_pending", "slow_down", "access_denied", "unknown_user_id"], Words(seen, "webapi"));
        Assert.Empty(Words(seen, "htmlProblems"));
    }

    [Fact]
    [Spec("CIBA Core", "7.1.1")]
    [Spec("CIBA Core", "10.2")]
    public async Task A_call_centre_that_signs_its_requests_is_told_of_the_answer()
    {
        const string Password = "a long pass phrase of lina";
        var address = $"http://localhost:{sso.NotificationPort}/notify";
        var keys = await NodeScript.RunAsync("make-keys.mjs", new Dictionary<string, string>());
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, keys.GetProperty("jwks").GetRawText(), TestContext.Current.CancellationToken);
            await sso.AddClientAsync(
                "signing-centre", "--name", "Signing centre", "--type", "web", "--ciba-notify", address, "--require-signed-requests",
                "--auth", "private_key_jwt", "--jwks", file);
            await sso.AddPersonAsync("lina", Password);

            var seen = await NodeScript.RunAsync("ciba-ping.mjs", new Dictionary<string, string>
            {
                ["ISSUER"] = sso.Issuer,
                ["CLIENT_ID"] = "signing-centre",
                ["SIGNING"] = keys.GetProperty("signing").GetRawText(),
                ["NOTIFY"] = address,
                ["USERNAME"] = "lina",
                ["PASSWORD"] = Password,
            });

            Assert.Equal("lina@example.com", seen.GetProperty("email").GetString());
            Assert.Equal(("POST", true, true), (
                seen.GetProperty("method").GetString(), seen.GetProperty("tokenIsOurs").GetBoolean(),
                seen.GetProperty("idIsThatOfTheRequest").GetBoolean()));
            Assert.Equal("invalid_request", seen.GetProperty("unsigned").GetString());
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static List<string> Words(JsonElement seen, string name) =>
        [.. seen.GetProperty(name).EnumerateArray().Select(word => word.GetString()!)];
}
