using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Contacts;
using Sso.Server.Pages.Forms;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Pages.Account.Contacts;

/// <summary>Another address, or confirmation of the current one: both with a link that goes there.</summary>
internal sealed class Email(
    ContactOverview contacts, EmailChange change, IStringLocalizer<Email> text, IStringLocalizer<Common> common) : ContactPage(contacts)
{
    [BindProperty(Name = "Input.Email"), Carried]
    public string? Typed { get; set; }

    public Task OnGetAsync(CancellationToken cancellation) => LoadAsync(cancellation);

    public Task<IActionResult> OnPostAsync(CancellationToken cancellation) => RequestAsync(Typed, "Input.Email", cancellation);

    public async Task<IActionResult> OnPostPresentAsync(CancellationToken cancellation)
    {
        await LoadAsync(cancellation);
        return await RequestAsync(View.Email, field: "", cancellation);
    }

    public async Task<IActionResult> OnPostWithdrawAsync(CancellationToken cancellation)
    {
        await change.WithdrawAsync(Owner.PersonId, cancellation);
        return SeeOther("/account/contacts?done=withdrawn");
    }

    private async Task<IActionResult> RequestAsync(string? address, string field, CancellationToken cancellation)
    {
        var outcome = await change.RequestAsync(Visit, Owner, address, cancellation);
        if (outcome is EmailOutcome.Sent)
        {
            return SeeOther("/account/contacts?done=sent");
        }

        ModelState.AddModelError(field, outcome switch
        {
            EmailOutcome.Empty => text["Empty"],
            EmailOutcome.Invalid => text["Invalid"],
            EmailOutcome.Same => text["Same"],
            EmailOutcome.LimitReached limit => text["Limit", common.Span(limit.For)],
            _ => throw new UnreachableException(),
        });
        return Page();
    }
}
