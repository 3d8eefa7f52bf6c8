using Sso.Testing;
using Xunit;

namespace Sso.Interop.Tests;

/// <summary>private_key_jwt (RFC 7523) and DPoP (RFC 9449) with openid-client and oauth4webapi.</summary>
public sealed class KeysTests(SsoProcess sso) : IClassFixture<SsoProcess>
{
    [Fact]
    [Spec("S95")]
    [Spec("S105")]
    [Spec("DY10")]
    public async Task A_relying_party_proves_itself_with_a_key_and_binds_its_tokens_to_another()
    {
        const string password = "a long pass phrase of emma";
        var origin = $"http://localhost:{FreePorts.Take()}";
        var keys = await NodeScript.RunAsync("make-keys.mjs", new Dictionary<string, string>());
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, keys.GetProperty("jwks").GetRawText(), TestContext.Current.CancellationToken);
            var client = await sso.AddClientAsync(
                "keyed", "--name", "Keyed", "--type", "web", "--redirect-uri", $"{origin}/callback",
                "--auth", "private_key_jwt", "--jwks", file, "--dpop", "--require-par",
                "--second-factor", "none");
            await sso.AddPersonAsync("emma", password);

            var seen = await NodeScript.RunAsync("keys.mjs", new Dictionary<string, string>
            {
                ["ISSUER"] = sso.Issuer,
                ["CLIENT_ID"] = client.GetProperty("client_id").GetString()!,
                ["REDIRECT_URI"] = $"{origin}/callback",
                ["USERNAME"] = "emma",
                ["PASSWORD"] = password,
                ["SIGNING"] = keys.GetProperty("signing").GetRawText(),
            });

            Assert.Equal(("dpop", "dpop"), (seen.GetProperty("tokenType").GetString(), seen.GetProperty("refreshedType").GetString()));
            Assert.Equal("emma@example.com", seen.GetProperty("email").GetString());
            Assert.Equal(401, seen.GetProperty("asBearer").GetInt32());
            Assert.Equal(
                ("dpop", "emma@example.com"), (seen.GetProperty("typeByHand").GetString(), seen.GetProperty("emailByHand").GetString()));
        }
        finally
        {
            File.Delete(file);
        }
    }
}
