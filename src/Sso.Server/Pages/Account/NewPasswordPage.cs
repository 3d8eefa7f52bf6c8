using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Passwords;
using Sso.Server.Http;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Pages.Account;

/// <summary>
/// A form of an owner that sets a new password with the current one: both fields, and everything that may be wrong with them.
/// </summary>
internal abstract class NewPasswordPage(IStringLocalizer text, IStringLocalizer<Common> common) : AccountPage
{
    [BindProperty(Name = "Input.Current")]
    public string? Current { get; set; }

    [BindProperty(Name = "Input.Password")]
    public string? New { get; set; }

    /// <summary>The least number of characters of a new password.</summary>
    public int Minimum { get; protected set; }

    /// <summary>False, and said at its field, if one was left out.</summary>
    [MemberNotNullWhen(true, nameof(Current), nameof(New))]
    protected bool AreTyped()
    {
        if (string.IsNullOrEmpty(Current))
        {
            ModelState.AddModelError("Input.Current", text["CurrentEmpty"]);
        }

        if (string.IsNullOrEmpty(New))
        {
            ModelState.AddModelError("Input.Password", text["Empty"]);
        }

        return Current is not null && New is not null && ModelState.IsValid;
    }

    /// <summary>The form again, with what is wrong said at its field. Without the session the same address leads to the sign-in.</summary>
    protected IActionResult Refuse(NewPasswordOutcome outcome)
    {
        if (outcome is NewPasswordOutcome.SessionEnded)
        {
            return SeeOther(Request.Path);
        }

        if (outcome is NewPasswordOutcome.Wait or NewPasswordOutcome.Busy)
        {
            var pause = outcome is NewPasswordOutcome.Wait wait ? wait.For : PasswordLane.Pause;
            Response.StatusCode = outcome is NewPasswordOutcome.Wait
                ? StatusCodes.Status429TooManyRequests
                : StatusCodes.Status503ServiceUnavailable;
            if (pause is { } span)
            {
                Response.SayRetryAfter(span);
            }
        }

        var (field, reason) = outcome switch
        {
            NewPasswordOutcome.WrongCurrentPassword => ("Input.Current", text["CurrentWrong"].Value),
            NewPasswordOutcome.Refused refused => ("Input.Password", common.Refusal(refused.Flaw, refused.Policy)),
            NewPasswordOutcome.NoMethodLeft => ("Input.Strangers", text["NoMethodLeft"].Value),
            NewPasswordOutcome.Wait { For: { } span } => (string.Empty, text["Wait", common.Span(span)].Value),
            NewPasswordOutcome.Wait => (string.Empty, text["Closed"].Value),
            NewPasswordOutcome.Busy => (string.Empty, text["Busy"].Value),
            _ => throw new UnreachableException(),
        };
        ModelState.AddModelError(field, reason);
        return Page();
    }
}
