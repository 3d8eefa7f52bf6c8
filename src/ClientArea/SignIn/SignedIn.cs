using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace ClientArea.SignIn;

/// <summary>
/// A finished sign-in, as the cookie of this application carries it: the ID token for the sign-out, and what was said about the person.
/// </summary>
public sealed record SignedIn(
    string IdToken, IReadOnlyDictionary<string, string> FromIdToken, IReadOnlyDictionary<string, string> FromUserInfo)
{
    private const string Key = "signed-in";

    /// <summary>The name to greet with.</summary>
    public string Greeting =>
        FromUserInfo.GetValueOrDefault("given_name") ?? FromUserInfo.GetValueOrDefault("name")
            ?? FromUserInfo.GetValueOrDefault("preferred_username") ?? "";

    public static async Task<SignedIn?> ReadAsync(HttpContext http)
    {
        var result = await http.AuthenticateAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return result.Properties?.Items.TryGetValue(Key, out var text) == true && text is not null
            ? JsonSerializer.Deserialize<SignedIn>(text)
            : null;
    }

    public Task WriteAsync(HttpContext http)
    {
        var principal = new ClaimsPrincipal(
            new ClaimsIdentity([new Claim("sub", FromIdToken["sub"])], CookieAuthenticationDefaults.AuthenticationScheme));
        var properties = new AuthenticationProperties { Items = { [Key] = JsonSerializer.Serialize(this) } };
        return http.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, principal, properties);
    }

    public override string ToString() => "(signed in)";
}
