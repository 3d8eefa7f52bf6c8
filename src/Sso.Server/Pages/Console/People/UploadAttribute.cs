using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Administrators;
using Sso.Server.Authorization;
using Sso.Server.Http;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages.Console.People;

/// <summary>
/// Before anything reads the body of an upload: it is read only for somebody who may do what the page is for, up to a size that is said on
/// the page, and into memory, because the framework would put it into a file beside other programs' own.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class UploadAttribute(ConsoleAct act) : Attribute, IAsyncAuthorizationFilter, IOrderedFilter
{
    /// <summary>The boundaries and the other fields of the form.</summary>
    private const int Around = 64 * 1024;

    /// <summary>So much too long a body is taken and forgotten, because a browser hears an answer only when it has sent all.</summary>
    private const int Patience = 8;

    /// <summary>Before the filter that looks for the antiforgery value in the form.</summary>
    public int Order => 900;

    public async Task OnAuthorizationAsync(AuthorizationFilterContext context)
    {
        var (http, services) = (context.HttpContext, context.HttpContext.RequestServices);
        if (!UploadAddress.IsOf(http.Request) || !UploadAddress.IsMultipart(http.Request))
        {
            return;
        }

        var visitor = await services.GetRequiredService<ConsoleVisits>().FindAsync(http.Visit(), http.RequestAborted);
        if (visitor?.Role is not { } role || Roles.ReachOf(role, act) == Reach.None)
        {
            context.Result = visitor is null
                ? new SeeOther(UploadAddress.Path)
                : new StatusCodeResult(StatusCodes.Status403Forbidden);
            return;
        }

        var isTooLarge = http.Request.ContentLength > UploadAddress.Largest + Around;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = isTooLarge ? Patience * (long)UploadAddress.Largest : UploadAddress.Largest + Around;
        }

        if (isTooLarge)
        {
            await http.Request.Body.CopyToAsync(Stream.Null, http.RequestAborted);
            services.GetRequiredService<PageAnswers>().Tell(
                http, UploadAddress.Path,
                services.GetRequiredService<IStringLocalizer<Import>>()["TooLarge", UploadAddress.LargestMebibytes]);
            context.Result = new SeeOther(UploadAddress.Path);
            return;
        }

        http.Features.Set<IFormFeature>(new FormFeature(http.Request, new FormOptions
        {
            MultipartBodyLengthLimit = UploadAddress.Largest + Around,
            MemoryBufferThreshold = UploadAddress.Largest + Around,
            ValueCountLimit = 20,
        }));
    }
}
