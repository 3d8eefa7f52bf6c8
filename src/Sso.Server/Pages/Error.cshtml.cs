using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Sso.Protocol.Authorization;
using Sso.Server.Authorization;
using Sso.Server.Http;

namespace Sso.Server.Pages;

/// <summary>
/// Something did not work: what it means for the visitor, the one button that leads on, and the id by which we find it in the log (screen V12).
/// </summary>
[ResponseCache(NoStore = true), IgnoreAntiforgeryToken]
public sealed class Error(LateFlows late, PageAnswers answers, TimeProvider clock) : PageModel
{
    /// <summary>A form that was not made for this browser, or that came without its cookies.</summary>
    public const string StaleForm = nameof(StaleForm);

    /// <summary>Names the texts.</summary>
    public string Kind { get; private set; } = "Failure";

    /// <summary>Where the application can be entered again; null where none is known.</summary>
    public WayOn? WayOn { get; private set; }

    /// <summary>The page whose form was refused.</summary>
    public string? Back { get; private set; }

    public string Id => Activity.Current?.TraceId.ToString() ?? HttpContext.TraceIdentifier;

    public DateTimeOffset At => clock.GetUtcNow();

    public void OnGet() => Tell();

    public void OnPost() => Tell();

    /// <summary>Nothing is bound: the form for which this page stands in may be one that cannot be read.</summary>
    private void Tell()
    {
        var about = (string?)Request.Query["about"];
        var status = int.TryParse(Request.Query["status"], NumberStyles.None, CultureInfo.InvariantCulture, out var told) ? told : (int?)null;
        var failed = HttpContext.Features.Get<IExceptionHandlerFeature>() is not null;
        (Kind, Response.StatusCode) = (Enum.TryParse<AuthorizationPageError>(about, out var error), failed, status) switch
        {
            (_, true, _) => ("Failure", StatusCodes.Status500InternalServerError),
            (true, _, _) when error == AuthorizationPageError.TooManyRequests => (error.ToString(), StatusCodes.Status429TooManyRequests),
            (true, _, _) when Enum.IsDefined(error) => (error.ToString(), StatusCodes.Status400BadRequest),
            _ when about == StaleForm => (StaleForm, StatusCodes.Status400BadRequest),
            (_, _, StatusCodes.Status404NotFound) => ("NotFound", StatusCodes.Status404NotFound),
            (_, _, >= 400 and < 500) => ("BadRequest", status.Value),
            _ => ("Failure", StatusCodes.Status500InternalServerError),
        };
        if (Kind == nameof(AuthorizationPageError.ExpiredFlow))
        {
            WayOn = late.WayOn(HttpContext, Request.Query["flow"], Request.Query["client"]);
        }

        Back = Kind == StaleForm ? answers.OpenBack(Request.Query["back"]) : null;
    }
}
