using Sso.Testing;
using Xunit;

namespace Sso.Interop.Tests;

/// <summary>Signed requests (RFC 9101), signed answers (JARM) and encrypted tokens with openid-client, oauth4webapi and jose.</summary>
public sealed class SignedMessagesTests(SsoProcess sso) : IClassFixture<SsoProcess>
{
    [Fact]
    [Spec("FJ01")]
    [Spec("S97")]
    [Spec("PY11")]
    public async Task A_relying_party_signs_what_it_asks_and_verifies_and_decrypts_what_it_gets()
    {
        const string password = "a long pass phrase of dora";
        var origin = $"http://localhost:{FreePorts.Take()}";
        var keys = await NodeScript.RunAsync("make-keys.mjs", new Dictionary<string, string>());
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, keys.GetProperty("jwks").GetRawText(), TestContext.Current.CancellationToken);
            var client = await sso.AddClientAsync(
                "signing", "--name", "Signing", "--type", "web", "--redirect-uri",
                $"{origin}/callback", "--jwks", file, "--second-factor", "none",
                "--require-signed-requests", "--request-object-alg", "ES256", "--authorization-alg", "ES256",
                "--userinfo-alg", "ES256", "--userinfo-encryption", "RSA-OAEP-256", "--id-token-encryption", "ECDH-ES,A256GCM");
            await sso.AddPersonAsync("dora", password);

            var seen = await NodeScript.RunAsync("signed-messages.mjs", new Dictionary<string, string>
            {
                ["ISSUER"] = sso.Issuer,
                ["CLIENT_ID"] = client.GetProperty("client_id").GetString()!,
                ["CLIENT_SECRET"] = client.GetProperty("client_secret").GetString()!,
                ["REDIRECT_URI"] = $"{origin}/callback",
                ["USERNAME"] = "dora",
                ["PASSWORD"] = password,
                ["SIGNING"] = keys.GetProperty("signing").GetRawText(),
                ["DECRYPTION"] = keys.GetProperty("decryption").GetRawText(),
                ["AGREEMENT"] = keys.GetProperty("agreement").GetRawText(),
            });

            Assert.Equal(["response"], seen.GetProperty("answered").EnumerateArray().Select(name => name.GetString()!));
            Assert.Equal(5, seen.GetProperty("idTokenParts").GetInt32());
            Assert.Equal("dora@example.com", seen.GetProperty("email").GetString());
            Assert.True(seen.GetProperty("tokensByHand").GetBoolean());
        }
        finally
        {
            File.Delete(file);
        }
    }
}
