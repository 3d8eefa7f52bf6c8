using System.Reflection;
using ClientArea;
using ClientArea.SignIn;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Localization;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions
{
    Args = args,
    ContentRootPath = Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location),
});
var settings = builder.Configuration.GetSection(ClientAreaSettings.Section).Get<ClientAreaSettings>() ?? new ClientAreaSettings();
if (settings.Problem is { } problem)
{
    Console.Error.WriteLine(problem);
    return 2;
}

builder.WebHost.UseStaticWebAssets().ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
builder.Services.AddSingleton(settings).AddSingleton(TimeProvider.System)
    .AddSingleton<PendingSignIns>().AddSingleton<Provider>().AddSingleton<EndedSessions>();
builder.Services.AddHttpClient<TokenClient>(http => http.Timeout = TimeSpan.FromSeconds(15));
// One node and nothing stored: a restart signs everyone out, and signing in again is one click while Sso's session lives.
builder.Services.AddDataProtection().SetApplicationName("area-clienti").UseEphemeralDataProtectionProvider();
builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookies =>
{
    // Ports of localhost share their cookies, so every program has names of its own.
    cookies.Cookie.Name = "area-clienti";
    cookies.Cookie.SameSite = SameSiteMode.Lax;
    cookies.ExpireTimeSpan = TimeSpan.FromHours(1);
    cookies.Events.OnValidatePrincipal = SignedIn.RejectEndedAsync;
});
builder.Services.AddAntiforgery(antiforgery => antiforgery.Cookie.Name = "area-clienti.form");
builder.Services.AddLocalization();
builder.Services.AddRazorPages();

var app = builder.Build();
app.UseMiddleware<SecurityHeaders>();
app.UseExceptionHandler("/problem/unexpected");
app.UseRequestLocalization(languages =>
{
    languages.SetDefaultCulture("it").AddSupportedCultures("it", "en").AddSupportedUICultures("it", "en");
    languages.RequestCultureProviders = [new AcceptLanguageHeaderRequestCultureProvider()];
});
app.UseRouting();
app.UseAuthentication();
app.MapStaticAssets();
app.MapRazorPages();
app.MapGet("/health/live", () => "live");
SignInEndpoints.Map(app);
await app.RunAsync();
return 0;
