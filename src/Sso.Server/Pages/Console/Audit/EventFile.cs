using System.Net.Mime;
using Microsoft.AspNetCore.Mvc;
using Sso.Admin.Audit;
using Sso.Server.AdminApi;

namespace Sso.Server.Pages.Console.Audit;

/// <summary>Events as a file, one on each line, sent while they are read.</summary>
internal sealed class EventFile(IAsyncEnumerable<EventView> events) : IActionResult
{
    public async Task ExecuteResultAsync(ActionContext context)
    {
        var response = context.HttpContext.Response;
        response.ContentType = "application/jsonl";
        response.Headers.ContentDisposition = new ContentDisposition { FileName = "audit.jsonl" }.ToString();
        await using var lines = new StreamWriter(response.Body, leaveOpen: true);
        await EventLines.WriteAsync(lines, events, context.HttpContext.RequestAborted);
    }
}
