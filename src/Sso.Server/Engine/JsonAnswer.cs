using OpenIddict.Abstractions;
using Sso.Extensions.Host;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Engine;

/// <summary>Written directly: the framework's result for bytes is for files, with ranges, and creates a logger each time.</summary>
internal sealed class JsonAnswer(OpenIddictMessage message) : IResult
{
    public static async ValueTask GiveAsync(BaseRequestContext context) =>
        await context.AnswerAsync(new JsonAnswer(context.Transaction.Response!));

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var json = PlainJson.Of(message.WriteTo);
        httpContext.Response.ContentType = "application/json";
        httpContext.Response.ContentLength = json.Length;
        return httpContext.Response.Body.WriteAsync(json, httpContext.RequestAborted).AsTask();
    }
}
