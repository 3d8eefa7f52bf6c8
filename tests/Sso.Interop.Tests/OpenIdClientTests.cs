using System.Text.Json;
using Sso.Testing;
using Xunit;

namespace Sso.Interop.Tests;

/// <summary>The certified library openid-client, with a person in a real browser (OIDC Core §3.1).</summary>
public sealed class OpenIdClientTests(SsoProcess sso) : IClassFixture<SsoProcess>
{
    [Fact]
    public async Task A_person_who_enrols_an_app_comes_back_with_tokens_the_library_accepts()
    {
        var seen = await SignInAsync("anna", "app");

        Assert.Equal(sso.Issuer, seen.GetProperty("issuer").GetString());
        Assert.Equal("RS256", seen.GetProperty("algorithm").GetString());
        Assert.Equal(["mfa", "otp", "pwd"], Words(seen, "amr").Order(StringComparer.Ordinal));
        Assert.Equal("anna@example.com", seen.GetProperty("userInfo").GetProperty("email").GetString());
        Assert.Equal((true, true, false), (Is(seen, "pushed"), Is(seen, "introspected"), Is(seen, "activeAfterRevocation")));
        Assert.Equal("login_required", seen.GetProperty("refusal").GetString());
        Assert.Equal(
            ["/signin", "/signin/enrol", "/account/mfa/method", "/account/mfa/app", "/account/mfa/recovery-codes"],
            Words(seen, "pagesOfFirst"));
        Assert.Equal(["/signin", "/signin/verify/app"], Words(seen, "pagesOfAgain"));
        Assert.Empty(Words(seen, "htmlProblems"));
    }

    [Fact]
    public async Task A_person_who_enrols_a_phone_number_comes_back_with_tokens_the_library_accepts()
    {
        var seen = await SignInAsync("bruno", "sms");

        Assert.Equal(["mfa", "pwd", "sms"], Words(seen, "amr").Order(StringComparer.Ordinal));
        Assert.Contains("/account/mfa/sms/code", Words(seen, "pagesOfFirst"));
        Assert.Equal(["/signin", "/signin/verify/sms"], Words(seen, "pagesOfAgain"));
        Assert.Empty(Words(seen, "htmlProblems"));
    }

    private async Task<JsonElement> SignInAsync(string person, string factor)
    {
        var password = $"a long pass phrase of {person}";
        var origin = $"http://localhost:{FreePorts.Take()}";
        var client = await sso.AddClientAsync(
            $"shop-of-{person}", "--name", "Shop", "--type", "web",
            "--redirect-uri", $"{origin}/callback",
            "--post-logout-redirect-uri", $"{origin}/signed-out",
            "--scope", "openid", "--scope", "profile", "--scope", "email", "--scope", "offline_access");
        await sso.AddPersonAsync(person, password);

        return await NodeScript.RunAsync("openid-client.mjs", new Dictionary<string, string>
        {
            ["ISSUER"] = sso.Issuer,
            ["CLIENT_ID"] = client.GetProperty("client_id").GetString()!,
            ["CLIENT_SECRET"] = client.GetProperty("client_secret").GetString()!,
            ["REDIRECT_URI"] = $"{origin}/callback",
            ["USERNAME"] = person,
            ["PASSWORD"] = password,
            ["FACTOR"] = factor,
            ["PHONE_URL"] = $"{sso.Issuer}/dev/phone",
        });
    }

    private static bool Is(JsonElement seen, string name) => seen.GetProperty(name).GetBoolean();

    private static List<string> Words(JsonElement seen, string name) =>
        [.. seen.GetProperty(name).EnumerateArray().Select(word => word.GetString()!)];
}
