using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Passwords;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Pages.Account;

/// <summary>
/// A form of an owner that sets a new password with the current one: both fields, and everything that may be wrong with them.
/// </summary>
public abstract class NewPasswordPage(IStringLocalizer text, IStringLocalizer<Common> common) : AccountPage
{
    [BindProperty(Name = "Input.Present")]
    public string? Present { get; set; }

    [BindProperty(Name = "Input.Password")]
    public string? New { get; set; }

    /// <summary>The least number of characters of a new password.</summary>
    public int Minimum { get; protected set; }

    /// <summary>False, and said at its field, if one was left out.</summary>
    [MemberNotNullWhen(true, nameof(Present), nameof(New))]
    protected bool AreTyped()
    {
        if (string.IsNullOrEmpty(Present))
        {
            ModelState.AddModelError("Input.Present", text["PresentEmpty"]);
        }

        if (string.IsNullOrEmpty(New))
        {
            ModelState.AddModelError("Input.Password", text["Empty"]);
        }

        return Present is not null && New is not null && ModelState.IsValid;
    }

    /// <summary>The form again, with what is wrong said at its field.</summary>
    protected IActionResult Refuse(NewPasswordOutcome outcome)
    {
        var (field, reason) = outcome switch
        {
            NewPasswordOutcome.WrongPresentPassword => ("Input.Present", text["PresentWrong"].Value),
            NewPasswordOutcome.Refused refused => ("Input.Password", common.Refusal(refused.Flaw, refused.Policy)),
            NewPasswordOutcome.NoMethodLeft => ("Input.Strangers", text["NoMethodLeft"].Value),
            NewPasswordOutcome.Busy => (string.Empty, text["Busy"].Value),
            _ => throw new UnreachableException(),
        };
        ModelState.AddModelError(field, reason);
        return Page();
    }
}
