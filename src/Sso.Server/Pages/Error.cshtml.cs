using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Sso.Protocol.Authorization;
using Sso.Server.Http;
using Sso.Server.SignIn;

namespace Sso.Server.Pages;

/// <summary>Something did not work: what it means for the visitor, and the id by which we find it in the log (screen V12).</summary>
[ResponseCache(NoStore = true), IgnoreAntiforgeryToken]
public sealed class Error(TimeProvider clock) : PageModel
{
    /// <summary>Names the texts.</summary>
    public string Kind { get; private set; } = "NotFound";

    public string Id => Activity.Current?.TraceId.ToString() ?? HttpContext.TraceIdentifier;

    public DateTimeOffset At => clock.GetUtcNow();

    public void OnGet([FromQuery] string? about) => Tell(about);

    public void OnPost([FromQuery] string? about) => Tell(about);

    private void Tell(string? about)
    {
        // Whoever types the address without saying about what finds nothing here; nothing of ours has failed.
        if (!Enum.TryParse<AuthorizationPageError>(about, out var error) || !Enum.IsDefined(error))
        {
            (Kind, Response.StatusCode) = ("NotFound", StatusCodes.Status404NotFound);
            return;
        }

        (Kind, Response.StatusCode) = (error.ToString(), StatusCodes.Status400BadRequest);
        if (error == AuthorizationPageError.TooManyRequests)
        {
            Response.StatusCode = StatusCodes.Status429TooManyRequests;
            Response.SayRetryAfter(Throttle.Minute);
        }
    }
}
