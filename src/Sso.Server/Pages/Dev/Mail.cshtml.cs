using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Sso.Admin.Brands;
using Sso.Delivery.Mail;
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
        return mails is not null && number >= 0 && number < mails.Count ? Show(HttpContext, mails[^(number + 1)], brands) : NotFound();
    }

    /// <summary>Here the picture inside a mail is the file of the brand, and a link opens in the place of the page.</summary>
    internal static ContentResult Show(HttpContext http, MailMessage mail, BrandDirectory brands)
    {
        SecurityHeaders.AllowMail(http);
        var logo = mail.LogoOf is { } brand ? brands.Find(brand)?.Logo?.Path : null;
        return new()
        {
            ContentType = "text/html; charset=utf-8",
            Content = mail.Html.Replace("<head>", "<head><base target=\"_top\">", StringComparison.Ordinal)
                .Replace(MailLogo.Address, logo ?? "data:,", StringComparison.Ordinal),
        };
    }

    public IEnumerable<string> LinksIn(MailMessage mail) =>
        mail.Text.Split('\n').Where(line => line.StartsWith("http", StringComparison.Ordinal));
}
