using Microsoft.AspNetCore.Mvc;
using Sso.Accounts.Administrators;
using Sso.Accounts.Audit;

namespace Sso.Server.Pages.Console.Audit;

/// <summary>One event with everything that the record holds of it.</summary>
internal sealed class Show(ShowEvent events) : ConsolePage
{
    [BindProperty(SupportsGet = true, Name = "event")]
    public string? Event { get; set; }

    public EventDetails Details { get; private set; } = null!;

    [Act(ConsoleAct.SeeAudit)]
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        if (!Guid.TryParseExact(Event, "N", out var id) || await events.ExecuteAsync(id, By, cancellation) is not { } details)
        {
            return NotFound();
        }

        Details = details;
        return Page();
    }
}
