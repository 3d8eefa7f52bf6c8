using System.Globalization;
using Sso.Server.Http;

namespace Sso.Server.StepUp;

/// <summary>For a token whose sign-in is not enough (RFC 9470 §3): the client asks again with this acr_values and max_age.</summary>
/// <param name="scheme">How the token was presented.</param>
internal sealed class StepUpChallenge(ActionRule rule, string scheme) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var error = OAuthError.InsufficientUserAuthentication;
        var uri = httpContext.RequestServices.GetRequiredService<SsoOptions>().ErrorUri(error);
        string[] members =
        [
            $"error=\"{error.Code}\"", $"error_description=\"{error.Description}\"", $"error_uri=\"{uri}\"",
            .. rule.Acr is { } acr ? (string[])[$"acr_values=\"{acr}\""] : [],
            .. rule.MaxAge is { } age ? (string[])[$"max_age=\"{((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture)}\""] : [],
        ];
        response.StatusCode = error.StatusAtResource;
        response.Headers.CacheControl = "no-store";
        response.Headers.WWWAuthenticate = scheme + " " + string.Join(", ", members);
        await response.WriteAsJsonAsync(
            new ErrorBody(error.Code, error.Description, uri), SsoJson.Default.ErrorBody, cancellationToken: httpContext.RequestAborted);
    }
}
