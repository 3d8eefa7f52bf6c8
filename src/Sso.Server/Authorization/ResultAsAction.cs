using Microsoft.AspNetCore.Mvc;

namespace Sso.Server.Authorization;

/// <summary>Lets a page answer with a result that endpoints use.</summary>
internal sealed class ResultAsAction(IResult result) : IActionResult
{
    public Task ExecuteResultAsync(ActionContext context) => result.ExecuteAsync(context.HttpContext);
}
