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

    /// <summary>The cookie of a session that Sso has ended is worth nothing.</summary>
    public static async Task RejectEndedAsync(CookieValidatePrincipalContext context)
    {
        if (context.HttpContext.RequestServices.GetRequiredService<EndedSessions>().Holds(context.Principal?.FindFirst("sid")?.Value))
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        }
    }

    public Task WriteAsync(HttpContext http)
    {
        var claims = FromIdToken.Where(claim => claim.Key is "sub" or "sid").Select(claim => new Claim(claim.Key, claim.Value));
        var principal = new ClaimsPrincipal(new ClaimsIdentity(claims, CookieAuthenticationDefaults.AuthenticationScheme));
        var properties = new AuthenticationProperties { Items = { [Key] = JsonSerializer.Serialize(this) } };
        return http.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, principal, properties);
    }

    public override string ToString() => "(signed in)";
}
