using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Administrators;
using Sso.Accounts.Passwords;
using Sso.Accounts.People;
using Sso.Admin;
using Sso.Server.Authorization;
using Sso.Server.Pages.Forms;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Pages.Console;

/// <summary>The first administrator, by the link that the server printed. Where there has been one, the page does not exist.</summary>
internal sealed class Setup(
    FirstAdministrator first, PasswordFloor floor, IStringLocalizer<Setup> text, IStringLocalizer<Common> common) : PageModel
{
    [BindProperty(SupportsGet = true, Name = "link")]
    public string? Link { get; set; }

    [BindProperty(Name = "Input.Email"), Carried]
    public string? Email { get; set; }

    [BindProperty(Name = "Input.UserName"), Carried]
    public string? UserName { get; set; }

    [BindProperty(Name = "Input.Name"), Carried]
    public string? Name { get; set; }

    [BindProperty(Name = "Input.Password")]
    public string? Password { get; set; }

    /// <summary>This page, that of a passkey or an app (a number takes two, but opens no console), that of the recovery codes.</summary>
    public const int Steps = 3;

    public bool IsValid { get; private set; }

    /// <summary>The least number of characters of a new password.</summary>
    public int Minimum { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        if (!await first.IsAwaitedAsync(cancellation))
        {
            return NotFound();
        }

        (IsValid, Minimum) = (await first.IsValidAsync(Link, cancellation), (await floor.PolicyAsync(cancellation)).Shortest);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (!await first.IsAwaitedAsync(cancellation))
        {
            return NotFound();
        }

        Demand("Email", Email);
        Demand("UserName", UserName);
        Demand("Password", Password);
        if (!ModelState.IsValid)
        {
            return Page();
        }

        var wanted = new NewPerson
        {
            UserName = UserName!,
            Email = Email!,
            Name = string.IsNullOrWhiteSpace(Name) ? null : Name,
            Password = Password!,
        };
        switch (await first.MakeAsync(HttpContext.Visit(), Link, wanted, cancellation))
        {
            case FirstAdministratorOutcome.Made:
                Response.Headers.Location = ConsoleArea.Home;
                return StatusCode(StatusCodes.Status303SeeOther);
            case FirstAdministratorOutcome.DeadLink:
                break;
            case FirstAdministratorOutcome.WeakPassword weak:
                ModelState.AddModelError("Input.Password", common.Refusal(weak.Flaw, weak.Policy));
                break;
            case FirstAdministratorOutcome.Refused refused:
                foreach (var problem in refused.Refusal.Problems)
                {
                    Explain(refused.Refusal.Kind, problem.Field);
                }

                break;
            default:
                throw new UnreachableException();
        }

        return Page();
    }

    private void Demand(string field, string? value)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            ModelState.AddModelError($"Input.{field}", text[$"{field}Empty"]);
        }
    }

    private void Explain(RefusalKind kind, string field)
    {
        var name = field switch { "email" => "Email", "name" => "Name", _ => "UserName" };
        ModelState.AddModelError($"Input.{name}", text[kind == RefusalKind.Taken ? $"{name}Taken" : $"{name}Wrong"]);
    }
}
