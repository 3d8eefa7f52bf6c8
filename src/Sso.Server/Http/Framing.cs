using System.Text;
using Microsoft.Net.Http.Headers;
using Sso.Protocol;

namespace Sso.Server.Http;

/// <summary>
/// A request that a proxy and we could read differently, or that breaks off, is too large or in a coding that is not ours, is answered with
/// 400, 413 or 415, and its connection closed.
/// </summary>
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

        if (!IsReadable(http.Request.ContentType))
        {
            await RefuseAsync(http, StatusCodes.Status415UnsupportedMediaType);
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

    /// <summary>
    /// No form of ours uploads anything, and all are UTF-8: the framework would throw at a broken multipart body or at a coding that it
    /// does not know, and a body in another coding could be read differently by a guard before us.
    /// </summary>
    private static bool IsReadable(string? contentType)
    {
        if (contentType is null || !MediaTypeHeaderValue.TryParse(contentType, out var type))
        {
            return true;
        }

        return !type.MediaType.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase)
            && (!type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
                || !type.Charset.HasValue
                || HeaderUtilities.RemoveQuotes(type.Charset).Equals(Encoding.UTF8.WebName, StringComparison.OrdinalIgnoreCase));
    }

    private static Task RefuseAsync(HttpContext http, int status)
    {
        http.Response.Clear();
        if (ForApplications.Are(http.Request.Path)
            && status is (StatusCodes.Status400BadRequest or StatusCodes.Status415UnsupportedMediaType))
        {
            return new OAuthErrorResult(OAuthError.InvalidRequest(status == StatusCodes.Status400BadRequest
                ? "The request could not be read: it breaks off or has too many parameters."
                : "The body must be application/x-www-form-urlencoded.")).ExecuteAsync(http);
        }

        http.Response.Headers.Connection = "close";
        return PlainPage.WriteAsync(
            http, status, "Richiesta non valida", "Non è stato possibile leggere la richiesta. Torna indietro e riprova.",
            "The request could not be read. Go back and try again.");
    }
}
