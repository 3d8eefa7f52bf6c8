using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Sso.Admin.Brands;
using Sso.Delivery.Mail;
using Sso.Server.Brands;
using Sso.Server.Http;

namespace Sso.Server.Pages.Dev;

/// <summary>The mails of the development mailbox. If there is none, the page does not exist.</summary>
internal sealed class Mail(IServiceProvider services, IHostEnvironment environment, BrandDirectory brands) : PageModel
{
    public IReadOnlyList<MailMessage> Mails { get; private set; } = [];

    public IActionResult OnGet()
    {
        if (!environment.IsDevelopment() || services.GetService<DevelopmentMailbox>() is not { } mailbox)
        {
            return NotFound();
        }

        SecurityHeaders.AllowOwnFrames(HttpContext);
        Mails = mailbox.List();
        return Page();
    }

    /// <summary>The HTML part of one mail, as the frame of the page shows it.</summary>
    /// <param name="number">Counted from the oldest, so that a mail that arrives meanwhile does not move the others.</param>
    public IActionResult OnGetHtml(int number)
    {
        var mails = environment.IsDevelopment() ? services.GetService<DevelopmentMailbox>()?.List() : null;
        return mails is not null && number >= 0 && number < mails.Count
            ? MailFrame.Show(HttpContext, mails[^(number + 1)], brands)
            : NotFound();
    }

    public IEnumerable<string> LinksIn(MailMessage mail) =>
        mail.Text.Split('\n').Where(line => line.StartsWith("http", StringComparison.Ordinal));
}
