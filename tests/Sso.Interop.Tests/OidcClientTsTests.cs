using Sso.Testing;
using Xunit;

namespace Sso.Interop.Tests;

/// <summary>The browser library oidc-client-ts in a page of another origin.</summary>
public sealed class OidcClientTsTests(SsoProcess sso) : IClassFixture<SsoProcess>
{
    [Fact]
    public async Task A_single_page_application_signs_in_renews_silently_and_signs_out()
    {
        const string password = "a long pass phrase of carla";
        var origin = $"http://localhost:{FreePorts.Take()}";
        var client = await sso.AddClientAsync(
            "single-page", "--name", "Single page", "--type", "spa",
            "--redirect-uri", $"{origin}/signed-in", "--redirect-uri", $"{origin}/silent",
            "--post-logout-redirect-uri", $"{origin}/signed-out",
            "--origin", origin,
            "--scope", "openid", "--scope", "profile", "--scope", "email", "--scope", "offline_access");
        await sso.AddPersonAsync("carla", password);

        var seen = await NodeScript.RunAsync("oidc-client-ts.mjs", new Dictionary<string, string>
        {
            ["ISSUER"] = sso.Issuer,
            ["CLIENT_ID"] = client.GetProperty("client_id").GetString()!,
            ["ORIGIN"] = origin,
            ["USERNAME"] = "carla",
            ["PASSWORD"] = password,
            ["PHONE_URL"] = $"{sso.Issuer}/dev/phone",
        });

        Assert.Equal("carla@example.com", seen.GetProperty("userInfo").GetProperty("email").GetString());
        Assert.True(seen.GetProperty("inFrame").GetBoolean());
        Assert.True(seen.GetProperty("byRefreshToken").GetBoolean());
        Assert.True(seen.GetProperty("signedOut").GetBoolean());
    }
}
