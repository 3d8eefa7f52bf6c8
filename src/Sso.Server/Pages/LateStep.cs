using Sso.Server.Authorization;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages;

/// <summary>A step whose handle no longer opens anything.</summary>
internal static class LateStep
{
    /// <summary>Where the request can begin again; the next sign-in page there knows the name that was typed.</summary>
    public static string LeadOn(HttpContext http, string? handle, string? typedName)
    {
        var address = http.RequestServices.GetRequiredService<LateFlows>().AddressAfter(http, handle);
        var isOurs = !address.StartsWith("/error", StringComparison.Ordinal);
        if (isOurs || typedName is not null)
        {
            http.RequestServices.GetRequiredService<PageAnswers>().Keep(
                http,
                "/signin",
                isOurs ? TimeSpan.FromMinutes(1) : TimeSpan.FromMinutes(10),
                (nameof(SignIn.Index.UserName), typedName), (nameof(SignIn.Index.IsLate), isOurs));
        }

        return address;
    }
}
