using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace ClientArea.Pages;

/// <summary>Where Sso sends the browser after sign-out.</summary>
public sealed class SignedOut : PageModel
{
    private const string StateCookie = "area-clienti.signout";

    /// <summary>The answer carries the state of the sign-out that this browser asked for, so Sso's session has ended too.</summary>
    public bool EverywhereConfirmed { get; private set; }

    public static string NewState(HttpContext http)
    {
        var state = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        http.Response.Cookies.Append(StateCookie, state, Options(http));
        return state;
    }

    public void OnGet([FromQuery] string? state)
    {
        EverywhereConfirmed = !string.IsNullOrEmpty(state) && state == Request.Cookies[StateCookie];
        Response.Cookies.Delete(StateCookie, Options(HttpContext));
    }

    private static CookieOptions Options(HttpContext http) =>
        new() { HttpOnly = true, IsEssential = true, Path = "/signedout", SameSite = SameSiteMode.Lax, Secure = http.Request.IsHttps };
}
