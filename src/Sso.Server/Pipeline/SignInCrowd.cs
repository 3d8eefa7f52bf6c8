using Sso.Accounts.Passwords;
using Sso.Server.Http;

namespace Sso.Server.Pipeline;

/// <summary>
/// Tells a crowd at the sign-in page to come back, before its forms are read and a page is rendered for each: that work would keep
/// everybody else waiting. Passkeys need no hash and go through.
/// </summary>
internal sealed class SignInCrowd(RequestDelegate next, PasswordLane lane)
{
    public Task InvokeAsync(HttpContext http)
    {
        if (!lane.IsFull || http.Request.Path != "/signin"
            || !HttpMethods.IsPost(http.Request.Method) || http.Request.Query.ContainsKey("handler"))
        {
            return next(http);
        }

        http.Response.SayRetryAfter(PasswordLane.Pause);
        return PlainPage.WriteAsync(
            http,
            StatusCodes.Status503ServiceUnavailable,
            "Un momento",
            "Molte persone stanno accedendo proprio adesso. Torna indietro e riprova tra qualche secondo.",
            "Many people are signing in right now. Go back and try again in a few seconds.");
    }
}
