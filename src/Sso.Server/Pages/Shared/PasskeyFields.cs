using Microsoft.AspNetCore.Mvc.RazorPages;
using Sso.Accounts.Factors;

namespace Sso.Server.Pages.Shared;

internal static class PasskeyFields
{
    /// <summary>What <c>_Passkey</c> posted; absent fields make an answer that is refused.</summary>
    public static PasskeyAnswer PasskeyAnswer(this PageModel page) =>
        page.Request.HasFormContentType
            ? new(page.Request.Form["Passkey.State"], page.Request.Form["Passkey.Credential"])
            : new(State: null, Credential: null);
}
