using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Administrators;
using Sso.Admin;
using Sso.Admin.Clients;

namespace Sso.Server.Pages.Console.Applications;

/// <summary>
/// What the forms of applications share: several addresses in one field, and what an operation refused, in the words of the reader.
/// </summary>
internal static partial class ApplicationForm
{
    /// <summary>So much of an address is repeated in an error; the whole stays in its field.</summary>
    private const int LongestShown = 100;

    /// <summary>
    /// One on each line, or separated as they were copied. A comma belongs to an address unless another one begins after it
    /// (RFC 3986 §2.2).
    /// </summary>
    public static IReadOnlyList<string> Lines(string? text) =>
        [.. Between().Split(text ?? "").Select(line => line.Trim()).Where(line => line.Length > 0).Distinct(StringComparer.Ordinal)];

    /// <summary>
    /// What may be chosen as second factor, the strongest first. Whoever looks after some applications only may not ask less than is asked
    /// now: one application that takes the password alone changes what everybody's new password needs.
    /// </summary>
    /// <param name="reach">How far the role reaches in the act of the form.</param>
    /// <param name="current">What holds now, or for a new application.</param>
    public static IEnumerable<SecondFactorPolicy> Policies(Reach reach, SecondFactorPolicy current) =>
        Enum.GetValues<SecondFactorPolicy>().Where(policy => reach == Reach.All || policy <= current);

    /// <summary>Null if nothing that exists was chosen.</summary>
    public static SecondFactorPolicy? PolicyOf(string? chosen) =>
        Enum.TryParse<SecondFactorPolicy>(chosen, out var policy) && Enum.IsDefined(policy) ? policy : null;

    /// <summary>Says of each address that cannot be registered why, and of a list that it is too long.</summary>
    public static void CheckAddresses(
        ModelStateDictionary state, string field, IReadOnlyList<string> addresses, ClientType type, IStringLocalizer<Words> words)
    {
        if (type is ClientType.Machine or ClientType.Device && addresses.Count > 0)
        {
            state.AddModelError(field, words["AddressesNone"]);
            return;
        }

        if (addresses.Count > RedirectUriRules.Most)
        {
            state.AddModelError(field, words["AddressesMany", addresses.Count, RedirectUriRules.Most]);
        }

        foreach (var address in addresses)
        {
            if (RedirectUriRules.FindFlaw(address, type) is { } flaw)
            {
                var shown = address.Length > LongestShown ? address[..LongestShown] + "…" : address;
                state.AddModelError(field, flaw.Better is { } better
                    ? words[$"Address{flaw.Fault}Better", shown, better]
                    : words[$"Address{flaw.Fault}", shown]);
            }
        }
    }

    /// <param name="state">Of the page.</param>
    /// <param name="refusal">Of the operation, whose words are for the command line.</param>
    /// <param name="words">The texts.</param>
    public static void Explain(ModelStateDictionary state, Refusal refusal, IStringLocalizer<Words> words)
    {
        foreach (var problem in refusal.Problems.DistinctBy(problem => problem.Field))
        {
            var field = problem.Field switch
            {
                "name" => "Input.Name",
                "client_id" => "Input.ClientId",
                "redirect_uris" => "Input.RedirectUris",
                "brand" => "Input.Brand",
                "post_logout_redirect_uris" => "Input.PostLogoutRedirectUris",
                _ => "",
            };
            var text = (field, refusal.Kind) switch
            {
                ("Input.Name", _) => words["NameWrong"],
                ("Input.ClientId", RefusalKind.Taken) => words["IdTaken"],
                ("Input.ClientId", _) => words["IdWrong"],
                ("Input.RedirectUris" or "Input.PostLogoutRedirectUris", _) => words["AddressesWrong"],
                ("Input.Brand", _) => words["BrandGone"],
                _ => words["OtherWrong"],
            };
            state.AddModelError(field, text);
        }
    }

    [GeneratedRegex(@"[,;\s]+(?=(?:https?://|[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+:/))|[\r\n]+", RegexOptions.IgnoreCase)]
    private static partial Regex Between();
}
