using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Sso.Delivery.Mail;

namespace Sso.Server.Pages.Dev;

/// <summary>The mails of the development mailbox. Where there is none, there is no such page.</summary>
public sealed class Mail(IServiceProvider services, IHostEnvironment environment) : PageModel
{
    public IReadOnlyList<MailMessage> Mails { get; private set; } = [];

    public IActionResult OnGet()
    {
        if (!environment.IsDevelopment() || services.GetService<DevelopmentMailbox>() is not { } mailbox)
        {
            return NotFound();
        }

        Mails = mailbox.List();
        return Page();
    }

    public IEnumerable<string> LinksIn(MailMessage mail) =>
        mail.Text.Split('\n').Where(line => line.StartsWith("http", StringComparison.Ordinal));
}
