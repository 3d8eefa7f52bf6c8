using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc.Core.Infrastructure;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.Localization;
using Sso.Server.Http;
using Sso.Server.Operations;
using Sso.Server.Pages.Shared;
using Sso.Accounts.Sessions;

namespace Sso.Server.Pages.Forms;

/// <summary>
/// Ties antiforgery values to the session as well as to the browser: one from before sign-in, or of another person, is refused.
/// </summary>
internal sealed class AntiforgeryBinding(CookieNames cookies) : IAntiforgeryAdditionalDataProvider
{
    private static readonly object OtherSession = new();

    public string GetAdditionalData(HttpContext context) => SessionHandle.LastingPartOf(context.Request.Cookies[cookies.Session]);

    public bool ValidateAdditionalData(HttpContext context, string additionalData)
    {
        // Asked last, about a value that is otherwise right: made for this browser.
        var isOfThisSession = additionalData == GetAdditionalData(context);
        if (!isOfThisSession)
        {
            context.Items[OtherSession] = true;
        }

        return isOfThisSession;
    }

    /// <summary>True if the form is this browser's, which has signed in or out since the form was opened.</summary>
    public static bool IsOfOtherSession(HttpContext http) => http.Items.ContainsKey(OtherSession);
}

/// <summary>
/// A refused form does nothing. If only the session has changed since it was opened, the browser goes to the page as it is now: on to the
/// application, if another tab has done the sign-in. Otherwise a page says what a refused form means.
/// </summary>
internal sealed class AntiforgeryFailurePage : IAlwaysRunResultFilter
{
    public void OnResultExecuting(ResultExecutingContext context)
    {
        if (context.Result is not IAntiforgeryValidationFailedResult)
        {
            return;
        }

        var (http, services) = (context.HttpContext, context.HttpContext.RequestServices);
        var answers = services.GetRequiredService<PageAnswers>();
        var back = http.Request.Path == Pages.Language.Path
            ? Pages.Language.Back(http.Request.HasFormContentType ? (string?)http.Request.Form["back"] : null)
            : PageAnswers.AddressOf(http.Request);
        if (AntiforgeryBinding.IsOfOtherSession(http))
        {
            answers.Tell(http, back, services.GetRequiredService<IStringLocalizer<Common>>()["SessionChanged"]);
            context.Result = new SeeOther(back);
            return;
        }

        services.GetRequiredService<ServerMetrics>().CountBlocked("forgery");
        context.Result = new SeeOther(answers.StaleFormPage(back));
    }

    public void OnResultExecuted(ResultExecutedContext context)
    {
    }
}
