namespace Sso.Server.Http;

/// <summary>A request that a proxy and we could read differently, or that breaks off or is too large, is answered with 400 or 413, and its connection closed.</summary>
public sealed class Framing(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext http)
    {
        // RFC 9112 §6.3: two lengths are an attempt at smuggling. Kestrel follows the coding and keeps the other one under this name.
        if (http.Request.Headers.TransferEncoding.Count > 0 && http.Request.Headers.ContainsKey("X-Content-Length"))
        {
            await RefuseAsync(http, StatusCodes.Status400BadRequest);
            return;
        }

        try
        {
            await next(http);
        }
        catch (BadHttpRequestException exception) when (!http.Response.HasStarted)
        {
            await RefuseAsync(http, exception.StatusCode);
        }
        catch (InvalidDataException) when (!http.Response.HasStarted)
        {
            await RefuseAsync(http, StatusCodes.Status400BadRequest);
        }
    }

    private static Task RefuseAsync(HttpContext http, int status)
    {
        http.Response.Clear();
        http.Response.Headers.Connection = "close";
        return PlainPage.WriteAsync(
            http, status, "Richiesta non valida", "Non è stato possibile leggere la richiesta. Torna indietro e riprova.", "The request could not be read. Go back and try again.");
    }
}
