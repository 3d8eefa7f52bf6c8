using Sso.Data.Operations;
using Sso.Server.Http;
using Sso.Server.Operations;

namespace Sso.Server.Pipeline;

/// <summary>
/// While the database is unavailable, applications get temporarily_unavailable and people a simple page, both 503 with Retry-After.
/// Discovery and key set go on from memory.
/// </summary>
internal sealed partial class Unavailability(
    RequestDelegate next, ServerState state, DatabaseDiagnosis diagnosis, ILogger<Unavailability> log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        var isProtocol = http.Request.Path.StartsWithSegments("/connect") || ApiError.IsAnsweredAt(http.Request.Path);
        if (isProtocol && !state.IsFresh)
        {
            await AnswerAsync(http);
            return;
        }

        try
        {
            await next(http);
        }
        // The caller has gone, which SqlClient reports with an exception of its own.
        catch (Exception exception)
            when (!http.Response.HasStarted && http.RequestAborted.IsCancellationRequested && DatabaseTroubles.Find(exception) is not null)
        {
            http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        }
        catch (Exception exception) when (!http.Response.HasStarted && diagnosis.Of(exception) is { } trouble)
        {
            DatabaseFailed(log, exception, http.Request.Path);
            if (trouble is DatabaseTrouble.DiskFull or DatabaseTrouble.ReadOnly)
            {
                state.CannotWrite(trouble.InWords());
            }

            http.Response.Clear();
            await AnswerAsync(http);
        }
    }

    private static async Task AnswerAsync(HttpContext http)
    {
        http.Response.SayRetryAfter(RetryAfter.Pause);
        if (ApiError.IsAnsweredAt(http.Request.Path))
        {
            await new ApiError(StatusCodes.Status503ServiceUnavailable, "Nothing was changed. Try again in a few seconds.")
                .ExecuteAsync(http);
            return;
        }

        if (ApplicationEndpoints.Contains(http.Request.Path))
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
