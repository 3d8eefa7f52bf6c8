using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Core.Infrastructure;
using Microsoft.AspNetCore.Mvc.Filters;
using Sso.Server.Operations;
using Sso.Server.Sessions;

namespace Sso.Server.Http;

/// <summary>
/// Ties antiforgery values to the session as well as to the browser: one from before sign-in, or of another person, is refused.
/// </summary>
internal sealed class AntiforgeryBinding(CookieNames cookies) : IAntiforgeryAdditionalDataProvider
{
    public string GetAdditionalData(HttpContext context) => SessionHandle.LastingPartOf(context.Request.Cookies[cookies.Session]);

    public bool ValidateAdditionalData(HttpContext context, string additionalData) => additionalData == GetAdditionalData(context);
}

/// <summary>Tells the person what a refused form means, instead of an empty 400.</summary>
internal sealed class AntiforgeryFailurePage : IAlwaysRunResultFilter
{
    public void OnResultExecuting(ResultExecutingContext context)
    {
        if (context.Result is IAntiforgeryValidationFailedResult)
        {
            context.HttpContext.RequestServices.GetRequiredService<ServerMetrics>().CountBlocked("forgery");
            context.Result = new Refusal();
        }
    }

    public void OnResultExecuted(ResultExecutedContext context)
    {
    }

    private sealed class Refusal : IActionResult
    {
        public Task ExecuteResultAsync(ActionContext context) => PlainPage.WriteAsync(
            context.HttpContext,
            StatusCodes.Status400BadRequest,
            "Pagina scaduta",
            "Questa pagina non è più valida, per esempio perché hai effettuato l’accesso o sei uscito in un’altra scheda, o "
                + "perché i cookie sono disattivati. "
                + "Torna indietro, ricarica la pagina e riprova.",
            "This page is no longer valid, for instance because you signed in or out in another tab, or because cookies are off. Go "
                + "back, reload the page and try again.",
            hasWay: true);
    }
}
