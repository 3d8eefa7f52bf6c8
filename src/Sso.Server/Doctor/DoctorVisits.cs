using Sso.Data.Secrets;
using Sso.Server.Http;

namespace Sso.Server.Doctor;

/// <summary>
/// Tells the doctor of this installation how its request is seen, whatever becomes of it. As no application sent it, nothing counts as
/// fetched by one.
/// </summary>
internal sealed class DoctorVisits(RequestDelegate next, Sealer sealer, SsoOptions sso, TrustedProxies proxies)
{
    public Task InvokeAsync(HttpContext http)
    {
        if (http.Request.Headers.TryGetValue(DoctorQuestion.Header, out var text)
            && DoctorQuestion.Open(sealer, text.ToString()) is { } question)
        {
            ClientAddress.Disown(http);
            var sight = ServerSight.Before(http, sso, proxies);
            http.Response.OnStarting(() =>
            {
                http.Response.Headers[DoctorQuestion.Header] = question.Answer(sealer, sight.After(http));
                return Task.CompletedTask;
            });
        }

        return next(http);
    }
}
