using Sso.Server.Http;

namespace Sso.Server.Pipeline;

/// <summary>
/// A request that a proxy and we could read differently, or that breaks off, is too large or is in a charset that we do not read, is
/// answered with 400, 413 or 415, and its connection is closed.
/// </summary>
internal sealed class Framing(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext http)
    {
        // RFC 9112 §6.3: two lengths are an attempt at smuggling. Kestrel follows the coding and keeps the other one under this name.
        if (http.Request.Headers.TransferEncoding.Count > 0 && http.Request.Headers.ContainsKey("X-Content-Length"))
        {
            await RefuseAsync(http, StatusCodes.Status400BadRequest);
            return;
        }

        // Some of our forms upload a file, and at any other the framework would throw at a broken multipart body or an unknown charset.
        var isMultipart = UploadAddress.IsMultipart(http.Request) && UploadAddress.Of(http.Request) is null;
        if (isMultipart || !DeclaredForm.TryUse(http))
        {
            await RefuseAsync(http, StatusCodes.Status415UnsupportedMediaType, isCharset: !isMultipart);
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

    private static Task RefuseAsync(HttpContext http, int status, bool isCharset = false)
    {
        http.Response.Clear();
        if (ApiError.IsAnsweredAt(http.Request.Path))
        {
            http.Response.Headers.Connection = "close";
            return new ApiError(status, "The request could not be read.").ExecuteAsync(http);
        }

        if (ApplicationEndpoints.Contains(http.Request.Path)
            && status is (StatusCodes.Status400BadRequest or StatusCodes.Status415UnsupportedMediaType))
        {
            return new OAuthErrorResult(
                isCharset ? OAuthError.UnknownCharset
                : status == StatusCodes.Status400BadRequest ? OAuthError.RequestUnreadable
                : OAuthError.FormOnly).ExecuteAsync(http);
        }

        http.Response.Headers.Connection = "close";
        return PlainPage.WriteAsync(
            http, status, "Richiesta non valida",
            isCharset ? "Il modulo è scritto in un set di caratteri sconosciuto. Invialo in UTF-8."
            : "Non è stato possibile leggere la richiesta. Torna indietro e riprova.",
            isCharset ? "The form is written in a charset that is not known here. Send it as UTF-8."
            : "The request could not be read. Go back and try again.");
    }
}
