using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Sso.Accounts.Limits;
using Sso.Server.Authorization;
using Sso.Server.Http;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages;

/// <summary>
/// Something did not work: what it means for the visitor, the one button that leads on, and the code with which we find it in the log.
/// </summary>
[ResponseCache(NoStore = true), IgnoreAntiforgeryToken]
internal sealed class Error(LateFlows late, PageAnswers answers, TimeProvider clock) : PageModel
{
    /// <summary>A form that was not made for this browser, or that came without its cookies.</summary>
    public const string StaleForm = nameof(StaleForm);

    /// <summary>Names the texts.</summary>
    public string Kind { get; private set; } = "NotFound";

    /// <summary>Where the application can be entered again; null if none is known.</summary>
    public WayOn? WayOn { get; private set; }

    /// <summary>Whoever looks for something in the console goes on there.</summary>
    public bool IsOfConsole => HttpContext.Features.Get<IStatusCodeReExecuteFeature>()?.OriginalPath is { } path
        && new PathString(path).StartsWithSegments(ConsoleArea.Home);

    /// <summary>The page whose form was refused.</summary>
    public string? Back { get; private set; }

    /// <summary>That of the request that failed; null if nothing was recorded of it.</summary>
    public string? Code => SupportCode.CarriedIn(Request);

    public DateTimeOffset At => clock.GetUtcNow();

    public void OnGet() => Tell();

    public void OnPost() => Tell();

    /// <summary>Nothing is bound: the form that this page answers may be one that cannot be read.</summary>
    private void Tell()
    {
        var about = (string?)Request.Query["about"];
        // Somebody who types the address without saying what about finds nothing here; nothing of ours has failed.
        (Kind, Response.StatusCode) = about switch
        {
            _ when Enum.TryParse<AuthorizationPageError>(about, out var error) && Enum.IsDefined(error) =>
                (error.ToString(),
                    error == AuthorizationPageError.TooManyRequests
                        ? StatusCodes.Status429TooManyRequests
                        : StatusCodes.Status400BadRequest),
            StaleForm => (StaleForm, StatusCodes.Status400BadRequest),
            _ => ("NotFound", StatusCodes.Status404NotFound),
        };
        switch (Kind)
        {
            case nameof(AuthorizationPageError.TooManyRequests):
                Response.SayRetryAfter(Throttle.Minute);
                break;
            case nameof(AuthorizationPageError.ExpiredFlow):
                WayOn = late.WayOn(HttpContext, Request.Query["flow"], Request.Query["client"]);
                break;
            case StaleForm:
                Back = answers.OpenBack(Request.Query["back"]);
                break;
        }
    }
}
