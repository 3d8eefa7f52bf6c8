using Microsoft.AspNetCore.Html;

namespace Sso.Server.Pages.Shared;

/// <summary>The few drawings of the pages; each stands beside a word that says the same.</summary>
internal static class Icon
{
    public static readonly HtmlString Problem = Draw("""<circle cx="12" cy="12" r="9"/><path d="M12 7.5v5.5M12 16.2v.1"/>""");

    public static readonly HtmlString Information = Draw("""<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.8v.1"/>""");

    public static readonly HtmlString Done = Draw("""<circle cx="12" cy="12" r="9"/><path d="m8.2 12.3 2.6 2.6 5-5.4"/>""");

    public static readonly HtmlString Protected = Draw(
        """<path d="M12 3 5 5.7v5.6c0 4.2 2.8 7.5 7 8.9 4.2-1.4 7-4.7 7-8.9V5.7z"/><path d="m9 11.8 2.2 2.2 4-4.3"/>""");

    public static readonly HtmlString Unprotected = Draw(
        """<path d="M12 3 5 5.7v5.6c0 4.2 2.8 7.5 7 8.9 4.2-1.4 7-4.7 7-8.9V5.7z"/><path d="M12 8v4.5M12 15.6v.1"/>""");

    private static HtmlString Draw(string lines) =>
        new($"""<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{lines}</svg>""");
}
