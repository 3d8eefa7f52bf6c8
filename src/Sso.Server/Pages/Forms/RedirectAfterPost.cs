using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Sso.Server.Http;

namespace Sso.Server.Pages.Forms;

/// <summary>
/// No page is the answer to a form: what it has to say is said by a GET of its own address, so that Back and reload ask nothing and send
/// nothing again.
/// </summary>
internal sealed class RedirectAfterPost : IAsyncPageFilter
{
    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        // These pages stand in for the answer to a form at any address.
        if (context.HandlerInstance is not PageModel page || page is Pages.Error or Pages.Console.NoAccess)
        {
            await next();
            return;
        }

        var answers = context.HttpContext.RequestServices.GetRequiredService<PageAnswers>();
        if (HttpMethods.IsGet(context.HttpContext.Request.Method))
        {
            answers.Restore(page);
        }

        var executed = await next();
        if (HttpMethods.IsPost(context.HttpContext.Request.Method) && executed.Result is PageResult)
        {
            answers.Carry(page);
            context.HttpContext.Response.Headers.RetryAfter = default;
            executed.Result = new SeeOther(PageAnswers.AddressOf(context.HttpContext.Request));
        }
    }
}
