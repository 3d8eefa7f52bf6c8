using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Sso.Delivery.Outbox;

namespace Sso.Server.Pages.Dev;

/// <summary>The messages of the development outbox. If there is none, the page does not exist.</summary>
internal sealed class Phone(IServiceProvider services, IHostEnvironment environment) : PageModel
{
    public IReadOnlyList<OutboxMessage> Messages { get; private set; } = [];

    public IActionResult OnGet()
    {
        if (!environment.IsDevelopment() || services.GetService<DevelopmentOutboxReader>() is not { } outbox)
        {
            return NotFound();
        }

        Messages = outbox.List();
        return Page();
    }
}
