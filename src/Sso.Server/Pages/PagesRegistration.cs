using Microsoft.AspNetCore.Antiforgery;
using Sso.Server.Http;
using Sso.Server.Pages.Forms;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Pages;

internal static class PagesRegistration
{
    public static IServiceCollection AddSsoPages(this IServiceCollection services)
    {
        services.AddSingleton<PageAnswers>().AddScoped<Viewer>();
        services.AddLocalization();
        services.AddRazorPages(
            pages => pages.Conventions.ConfigureFilter(new AntiforgeryFailurePage()).ConfigureFilter(new RedirectAfterPost()));
        services.AddSingleton<IAntiforgeryAdditionalDataProvider, AntiforgeryBinding>();
        services.AddAntiforgery();
        services.AddOptions<AntiforgeryOptions>().Configure<SsoOptions, CookieNames>((options, sso, names) =>
        {
            options.Cookie.Name = names.Antiforgery;
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.SecurePolicy = sso.IsHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.None;
            // Our own headers say DENY on every answer.
            options.SuppressXFrameOptionsHeader = true;
        });
        return services;
    }
}
