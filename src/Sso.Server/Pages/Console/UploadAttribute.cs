using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Administrators;
using Sso.Server.Authorization;
using Sso.Server.Http;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages.Console;

/// <summary>
/// Before anything reads the body of an upload: it is read only for somebody who may do what the page is for, up to a size that is said on
/// the page, and into memory, because the framework would put it into a file beside other programs' own.
/// </summary>
/// <param name="act">What the page is for.</param>
/// <param name="page">Whose texts say, under <c>TooLarge</c>, that a file is.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class UploadAttribute(ConsoleAct act, Type page) : Attribute, IAsyncAuthorizationFilter, IOrderedFilter
{
    /// <summary>The boundaries and the other fields of the form.</summary>
    private const int Around = 64 * 1024;

    /// <summary>So much too long a body is taken and forgotten, because a browser hears an answer only when it has sent all.</summary>
    private const long Patience = 64 * 1024 * 1024;

    /// <summary>Before the filter that looks for the antiforgery value in the form.</summary>
    public int Order => 900;

    public async Task OnAuthorizationAsync(AuthorizationFilterContext context)
    {
        var (http, services) = (context.HttpContext, context.HttpContext.RequestServices);
        if (UploadAddress.Of(http.Request) is not { } form || !UploadAddress.IsMultipart(http.Request))
        {
            return;
        }

        var back = PageAnswers.AddressOf(http.Request);
        var visitor = await services.GetRequiredService<ConsoleVisits>().FindAsync(http.Visit(), http.RequestAborted);
        if (visitor?.Role is not { } role || Roles.ReachOf(role, act) == Reach.None)
        {
            context.Result = visitor is null
                ? new SeeOther(back)
                : new StatusCodeResult(StatusCodes.Status403Forbidden);
            return;
        }

        var isTooLarge = http.Request.ContentLength > form.Largest + Around;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = isTooLarge ? Patience : form.Largest + Around;
        }

        if (isTooLarge)
        {
            await http.Request.Body.CopyToAsync(Stream.Null, http.RequestAborted);
            var words = services.GetRequiredService<IStringLocalizerFactory>().Create(page);
            services.GetRequiredService<PageAnswers>().Tell(http, back, words["TooLarge", form.Amount]);
            context.Result = new SeeOther(back);
            return;
        }

        http.Features.Set<IFormFeature>(new FormFeature(http.Request, new FormOptions
        {
            MultipartBodyLengthLimit = form.Largest + Around,
            MemoryBufferThreshold = form.Largest + Around,
            ValueCountLimit = 20,
        }));
    }
}
