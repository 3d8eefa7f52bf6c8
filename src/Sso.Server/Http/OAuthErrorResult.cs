using Sso.Extensions.Dpop;

namespace Sso.Server.Http;

/// <summary>An error as JSON (RFC 6749 §5.2); at a protected endpoint with challenges (RFC 6750 §3, RFC 9449 §7.1).</summary>
internal sealed class OAuthErrorResult(OAuthError error, AuthenticateChallenge[]? challenges = null) : IResult
{
    public OAuthError Error => error;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var uri = httpContext.RequestServices.GetRequiredService<SsoOptions>().ErrorUri(error);
        response.StatusCode = challenges is null ? error.Status : error.StatusAtResource;
        response.Headers.CacheControl = "no-store";
        if (challenges is not null)
        {
            response.Headers.WWWAuthenticate = challenges.Select(challenge => challenge.Described(error, uri)).ToArray();
        }
        else if (error.Code == "invalid_client" && httpContext.Request.Headers.Authorization.Count > 0)
        {
            // RFC 6749 §5.2: the scheme that the client used.
            response.Headers.WWWAuthenticate = "Basic realm=\"sso\"";
        }

        if ((error.RetryAfter ?? (response.StatusCode == StatusCodes.Status503ServiceUnavailable ? RetryAfter.Pause : null)) is { } wait)
        {
            response.SayRetryAfter(wait);
        }

        await response.WriteAsJsonAsync(
            new ErrorBody(error.Code, error.Description, uri), SsoJson.Default.ErrorBody, cancellationToken: httpContext.RequestAborted);
    }
}

/// <summary>RFC 6749 §5.2.</summary>
internal sealed record ErrorBody(string Error, string ErrorDescription, string ErrorUri);
