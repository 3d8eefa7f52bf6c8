using OpenIddict.Abstractions;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using Sso.Extensions.Host;
using Sso.Protocol;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Engine;

internal static class Messages
{
    /// <summary>For applications, who do not look at spaces.</summary>
    public static byte[] InPlainJson(this OpenIddictMessage message) => PlainJson.Of(message.WriteTo);

    /// <summary>An answer to an application as JSON.</summary>
    public static async ValueTask AnswerInJsonAsync(BaseRequestContext context) => await context.AnswerAsync(new JsonAnswer(context.Transaction.Response!));
}

/// <summary>Written at once: the framework's result for bytes is one for files, with ranges, and makes a logger each time.</summary>
internal sealed class JsonAnswer(OpenIddictMessage message) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var json = message.InPlainJson();
        httpContext.Response.ContentType = "application/json";
        httpContext.Response.ContentLength = json.Length;
        return httpContext.Response.Body.WriteAsync(json, httpContext.RequestAborted).AsTask();
    }
}
