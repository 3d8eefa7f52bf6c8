using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Apps;

namespace Sso.Server.Pages;

/// <summary>What a foreign application asks for, in words.</summary>
internal sealed class Consent(ConsentDecision consents, IStringLocalizer<Consent> text) : StepPage
{
    public IEnumerable<string> InWords => Step is NextStep.AskConsent ask ? InWordsOf(ask.Scopes, text) : [];

    /// <summary>What is easily granted first, and what reaches furthest last.</summary>
    private static readonly string[] ByWeight =
        [Scopes.OpenId, Scopes.Profile, Scopes.Email, Scopes.Phone, Scopes.Address, Scopes.LastAccess, Scopes.OfflineAccess];

    /// <summary>What a client may do with these scopes and single claims.</summary>
    public static IEnumerable<string> InWordsOf(IEnumerable<string> asked, IStringLocalizer<Consent> text) =>
        asked.OrderBy(one => Array.IndexOf(ByWeight, one) is >= 0 and var weight ? weight : ByWeight.Length)
            .ThenBy(one => one, StringComparer.Ordinal)
            .Select(one => text[KeyOf(one)] is { ResourceNotFound: false } words ? words.Value : text["Other", one].Value);

    private static string KeyOf(string asked) => asked.StartsWith(AuthorizationRequest.ClaimPrefix, StringComparison.Ordinal)
        ? "Claim." + asked[AuthorizationRequest.ClaimPrefix.Length..]
        : "Scope." + asked;

    public void OnGet()
    {
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (SignedIn is not null)
        {
            await consents.AllowAsync(Flow.Request, SignedIn, cancellation);
        }

        return Continue();
    }

    public async Task<IActionResult> OnPostCancelAsync(CancellationToken cancellation)
    {
        if (SignedIn is not null)
        {
            await consents.RefuseAsync(Flow.Request, SignedIn, cancellation);
        }

        return Cancel();
    }

    protected override bool Serves(NextStep step) => step is NextStep.AskConsent;
}
