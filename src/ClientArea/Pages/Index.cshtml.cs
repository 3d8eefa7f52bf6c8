using System.Globalization;
using System.Text.Json;
using ClientArea.SignIn;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Localization;

namespace ClientArea.Pages;

/// <summary>The welcome page for strangers and the dashboard for customers.</summary>
public sealed class Index(Provider provider, ClientAreaSettings settings, IStringLocalizer<Texts> text) : PageModel
{
    /// <summary>Where this service is at home; for every other zone, its own name is good enough for a sample.</summary>
    private const string Rome = "Europe/Rome";

    private static readonly string[] Shown = ["name", "preferred_username", "email", "phone_number", "birthdate"];

    public SignedIn? Person { get; private set; }

    public string AccountUrl => settings.Authority.TrimEnd('/') + "/account";

    /// <summary>How the person proved who they are, in words (RFC 8176 §2).</summary>
    public IEnumerable<string> Ways => (Person?.FromIdToken.GetValueOrDefault("amr") ?? "")
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(method => text["Way." + method])
        .Where(way => !way.ResourceNotFound)
        .Select(way => way.Value);

    /// <summary>More than a password stood behind this sign-in (RFC 8176 §2: mfa).</summary>
    public bool IsProtected => (Person?.FromIdToken.GetValueOrDefault("amr") ?? "").Split(' ').Contains("mfa");

    public string LastAccess => Person?.FromUserInfo.GetValueOrDefault("last_access_at") is { } seconds
        && long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
        ? text["LastAccess", Moment(DateTimeOffset.FromUnixTimeSeconds(at)), Person.FromUserInfo.GetValueOrDefault("last_access_ip") ?? "?"]
        : text["FirstAccess"];

    public IEnumerable<(string Label, string Value)> Facts
    {
        get
        {
            foreach (var name in Shown)
            {
                if (Person!.FromUserInfo.TryGetValue(name, out var value))
                {
                    yield return (text["Fact." + name], name == "birthdate" ? Day(value) : value);
                }
            }

            if (Address is { Length: > 0 } address)
            {
                yield return (text["Fact.address"], address);
            }
        }
    }

    private string? Address
    {
        get
        {
            if (!Person!.FromUserInfo.TryGetValue("address", out var json))
            {
                return null;
            }

            using var address = JsonDocument.Parse(json);
            return string.Join(", ", address.RootElement.EnumerateObject().Select(part => part.Value.ToString()));
        }
    }

    public async Task OnGetAsync() => Person = await SignedIn.ReadAsync(HttpContext);

    /// <summary>Signs out here and then at Sso (OIDC RP-Initiated Logout §2).</summary>
    public async Task<IActionResult> OnPostSignOutAsync(CancellationToken cancellation)
    {
        var person = await SignedIn.ReadAsync(HttpContext);
        await HttpContext.SignOutAsync();
        if (person is null)
        {
            return RedirectToPage("/SignedOut");
        }

        try
        {
            var description = await provider.DescribeAsync(cancellation);
            return Redirect(QueryHelpers.AddQueryString(description.EndSessionEndpoint, new Dictionary<string, string?>
            {
                ["id_token_hint"] = person.IdToken,
                ["client_id"] = settings.ClientId,
                ["post_logout_redirect_uri"] = settings.PostLogoutRedirectUri,
                ["state"] = SignedOut.NewState(HttpContext),
                ["ui_locales"] = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName,
            }));
        }
        catch (SignInException)
        {
            // Signed out here all the same; Sso's session will expire by itself.
            return RedirectToPage("/SignedOut");
        }
    }

    /// <summary>
    /// The claim is YYYY-MM-DD, or YYYY, or has the year 0000 (OIDC Core §5.1): only a whole date is turned into the Italian form.
    /// </summary>
    private static string Day(string claim) =>
        DateOnly.TryParseExact(claim, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture)
            : claim;

    private string Moment(DateTimeOffset at)
    {
        var isKnown = TimeZoneInfo.TryFindSystemTimeZoneById(
            Person?.FromUserInfo.GetValueOrDefault("zoneinfo") ?? Rome, out var zone);
        var local = TimeZoneInfo.ConvertTime(at, isKnown ? zone! : TimeZoneInfo.Utc);
        var name = !isKnown ? "UTC" : zone!.Id == Rome ? text["RomeTime"].Value : zone.Id;
        return $"{local.ToString("dd/MM/yyyy HH:mm", CultureInfo.InvariantCulture)} ({name})";
    }
}
