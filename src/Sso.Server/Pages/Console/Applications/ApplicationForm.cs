using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Extensions.Localization;
using Sso.Admin;
using Sso.Admin.Clients;

namespace Sso.Server.Pages.Console.Applications;

/// <summary>
/// What the forms of applications share: several addresses in one field, and what an operation refused, in the words of the reader.
/// </summary>
internal static class ApplicationForm
{
    /// <summary>One on each line, or separated as they were copied.</summary>
    public static IReadOnlyList<string> Lines(string? text) =>
        [.. (text ?? "").Split(['\n', '\r', ',', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Distinct(StringComparer.Ordinal)];

    /// <summary>Says of each address that cannot be registered that it cannot.</summary>
    public static void CheckAddresses(
        ModelStateDictionary state, string field, IReadOnlyList<string> addresses, ClientType type, IStringLocalizer<Words> words)
    {
        foreach (var address in addresses.Where(address => RedirectUriRules.FindFlaw(address, type) is not null))
        {
            state.AddModelError(field, words["AddressWrong", address]);
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
                "post_logout_redirect_uris" => "Input.PostLogoutRedirectUris",
                _ => "",
            };
            var text = (field, refusal.Kind) switch
            {
                ("Input.Name", _) => words["NameWrong"],
                ("Input.ClientId", RefusalKind.Taken) => words["IdTaken"],
                ("Input.ClientId", _) => words["IdWrong"],
                ("Input.RedirectUris" or "Input.PostLogoutRedirectUris", _) => words["AddressesWrong"],
                _ => words["OtherWrong"],
            };
            state.AddModelError(field, text);
        }
    }
}
