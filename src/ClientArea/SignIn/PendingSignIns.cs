using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace ClientArea.SignIn;

/// <summary>
/// Keeps a pending sign-in in a sealed cookie of the browser that began it, one for each state, so that two tabs do not disturb one
/// another, and the answer to a sign-in begun in another browser is refused.
/// </summary>
public sealed class PendingSignIns(IDataProtectionProvider protection)
{
    private const string Prefix = "area-clienti.pending.";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);
    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("pending sign-in").ToTimeLimitedDataProtector();

    public void Keep(HttpContext http, PendingSignIn pending) =>
        http.Response.Cookies.Append(
            NameOf(pending.State), _protector.Protect(JsonSerializer.Serialize(pending), Lifetime), Options(http, Lifetime));

    /// <summary>Null if this browser did not begin the sign-in, or began it too long ago. It can be taken once.</summary>
    public PendingSignIn? Take(HttpContext http, string? state)
    {
        if (state is not { Length: 43 } || http.Request.Cookies[NameOf(state)] is not { Length: > 0 } sealedText)
        {
            return null;
        }

        http.Response.Cookies.Delete(NameOf(state), Options(http, null));
        try
        {
            var pending = JsonSerializer.Deserialize<PendingSignIn>(_protector.Unprotect(sealedText));
            return pending?.State == state ? pending : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Part of the state is enough to distinguish the cookies.</summary>
    private static string NameOf(string state) => Prefix + state[..10];

    private static CookieOptions Options(HttpContext http, TimeSpan? lifetime) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        MaxAge = lifetime,
        Path = "/callback",
        SameSite = SameSiteMode.Lax,
        Secure = http.Request.IsHttps,
    };
}
