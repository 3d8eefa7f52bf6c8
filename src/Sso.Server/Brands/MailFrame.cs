using Microsoft.AspNetCore.Mvc;
using Sso.Admin.Brands;
using Sso.Delivery.Mail;
using Sso.Server.Http;

namespace Sso.Server.Brands;

/// <summary>
/// The HTML part of a mail, in a frame of one of our pages. Here the picture inside it is the file of the brand, and a link opens in the
/// place of the page.
/// </summary>
internal static class MailFrame
{
    public static ContentResult Show(HttpContext http, MailMessage mail, BrandDirectory brands)
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
}
