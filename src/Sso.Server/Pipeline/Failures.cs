using Microsoft.AspNetCore.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Data.Secrets;
using Sso.Server.Http;
using Sso.Server.Operations;

namespace Sso.Server.Pipeline;

/// <summary>
/// What a person sees when something broke: a code for support and nothing else. A value at rest that does not open is also recorded.
/// </summary>
internal static class Failures
{
    public static async Task AnswerAsync(HttpContext http)
    {
        if (http.Features.Get<IExceptionHandlerFeature>()?.Error is ProtectedValueException refused)
        {
            await RecordAsync(http, refused);
        }

        if (ApiError.IsAnsweredAt(http.Request.Path))
        {
            var detail = $"An error on our side. The code for support: {http.TraceIdentifier}";
            await new ApiError(StatusCodes.Status500InternalServerError, detail).ExecuteAsync(http);
            return;
        }

        await PlainPage.WriteAsync(
            http,
            StatusCodes.Status500InternalServerError,
            "Qualcosa non ha funzionato",
            $"C'è stato un errore da parte nostra. Riprova; se si ripete, comunica questo codice all'assistenza: {http.TraceIdentifier}",
            $"Something went wrong on our side. Try again; if it happens again, give this code to support: {http.TraceIdentifier}");
    }

    /// <summary>In its own context: whatever the request had pending is not saved.</summary>
    private static async Task RecordAsync(HttpContext http, ProtectedValueException refused)
    {
        var services = http.RequestServices;
        services.GetRequiredService<ServerMetrics>().CountBlocked("value-not-opened");
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        await using var database = await services.GetRequiredService<IDbContextFactory<SsoDbContext>>()
            .CreateDbContextAsync(http.RequestAborted);
        database.SecurityEvents.Add(SecurityEvent.ValueRefused(now, refused.Context));
        await database.SaveChangesAsync(http.RequestAborted);
    }
}
