using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Sso.Protocol;
using Sso.Server.Http;

namespace Sso.Server.Operations;

/// <summary>
/// When the database is away: applications get temporarily_unavailable, people a calm page, both 503 with Retry-After.
/// Discovery and key set go on from memory.
/// </summary>
public sealed partial class Unavailability(RequestDelegate next, ServerState state, ILogger<Unavailability> log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        var isProtocol = http.Request.Path.StartsWithSegments("/connect");
        if (isProtocol && !state.IsFresh)
        {
            await AnswerAsync(http);
            return;
        }

        try
        {
            await next(http);
        }
        catch (Exception exception) when (IsDatabaseTrouble(exception) && !http.Response.HasStarted)
        {
            DatabaseFailed(log, exception, http.Request.Path);
            http.Response.Clear();
            await AnswerAsync(http);
        }
    }

    private static bool IsDatabaseTrouble(Exception exception) =>
        exception is DbException or TimeoutException or DbUpdateException { InnerException: DbException }
            or InvalidOperationException { InnerException: DbException or TimeoutException };

    private static async Task AnswerAsync(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "5";
        if (ForApplications.Are(http.Request.Path))
        {
            await new OAuthErrorResult(OAuthError.TemporarilyUnavailable).ExecuteAsync(http);
            return;
        }

        await PlainPage.WriteAsync(
            http,
            StatusCodes.Status503ServiceUnavailable,
            "Torniamo subito",
            "Il servizio di accesso non risponde in questo momento. Riprova tra qualche secondo: non hai perso nulla.",
            "The sign-in service does not answer right now. Try again in a few seconds: nothing is lost.");
    }

    [LoggerMessage(EventId = 1104, Level = LogLevel.Error, Message = "The database failed during {Path}")]
    private static partial void DatabaseFailed(ILogger log, Exception exception, string path);
}
