using Sso.Server.Http;
using Sso.Accounts.Sessions;
using Sso.Accounts.Visits;

namespace Sso.Server.Authorization;

/// <summary>A request as an act on an account sees it, and the cookies that such an act gives or takes.</summary>
internal static class RequestVisit
{
    private static readonly object Key = new();

    /// <summary>The same one however often a request asks.</summary>
    public static Visit Visit(this HttpContext http)
    {
        if (http.Items[Key] is Visit known)
        {
            return known;
        }

        var services = http.RequestServices;
        var (cookies, sso) = (services.GetRequiredService<CookieNames>(), services.GetRequiredService<SsoOptions>());
        var visit = new Visit
        {
            Address = ClientAddress.Shown(http),
            CountedAddress = ClientAddress.Counted(http),
            UserAgent = http.Request.Headers.UserAgent.ToString(),
            SessionHandle = http.Request.Cookies[cookies.Session],
            Device = http.Request.Cookies[cookies.Device],
            Browser = http.Request.Cookies[cookies.Browser],
            FindBrand = () => services.GetRequiredService<PageBrand>().For(http),
        };
        http.Items[Key] = visit;
        http.Response.OnStarting(() =>
        {
            CarryOut(http.Response, visit, cookies, isWatched: sso.SessionManagement);
            return Task.CompletedTask;
        });
        return visit;
    }

    /// <param name="isWatched">Applications may watch the state of the session (Session Management §3.2).</param>
    private static void CarryOut(HttpResponse response, Visit visit, CookieNames cookies, bool isWatched)
    {
        // What was given before something broke was perhaps never kept on our side.
        if (response.StatusCode >= StatusCodes.Status500InternalServerError)
        {
            return;
        }

        if (visit.GivenDevice is var (device, life))
        {
            response.Cookies.Append(cookies.Device, device, cookies.Options(life));
        }

        switch (visit.GivenSession)
        {
            case null:
                return;
            case "":
                End(response, cookies, isWatched);
                return;
            case var session:
                response.Cookies.Append(cookies.Session, session, cookies.Options());
                if (isWatched)
                {
                    response.Cookies.Append(cookies.State, SessionHandle.LastingPartOf(session), cookies.StateOptions());
                }

                return;
        }
    }

    private static void End(HttpResponse response, CookieNames cookies, bool isWatched)
    {
        response.Cookies.Delete(cookies.Session, cookies.Options());
        if (isWatched)
        {
            response.Cookies.Delete(cookies.State, cookies.StateOptions());
        }

        // Our cookies are deleted by name: the directive "cookies" would also clear those of every
        // application on the same registrable domain.
        response.Headers["Clear-Site-Data"] = "\"cache\", \"storage\"";
    }
}
