using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Mails;
using Sso.Admin.Brands;
using Sso.Data.Delivery;
using Sso.Delivery;
using Sso.Delivery.Mail;
using Sso.Server.Authorization;
using Sso.Server.Brands;
using Sso.Server.Http;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Pages.Dev;

/// <summary>
/// Every component in every state, every mail and text in both languages, and the colours with their contrasts. Development only.
/// </summary>
internal sealed class Ui(
    BrandDirectory brands, MailPreview mails, TextTemplates texts, IWebHostEnvironment environment,
    IStringLocalizer<Common> common, IStringLocalizer<Ui> text) : PageModel
{
    public Brand Brand { get; private set; } = null!;

    public IEnumerable<Brand> Brands => [brands.Usual, .. brands.All];

    public IReadOnlyList<(string Language, int Number, MailMessage Mail)> Mails { get; private set; } = [];

    public IReadOnlyList<(string Language, string Name, string Text)> Texts { get; private set; } = [];

    public IReadOnlyList<ColourPair> Light { get; private set; } = [];

    public IReadOnlyList<ColourPair> Dark { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync([FromQuery(Name = "brand")] string? id, CancellationToken cancellation)
    {
        if (!environment.IsDevelopment())
        {
            return NotFound();
        }

        Brand = (id is null ? null : brands.Find(id)) ?? brands.Usual;
        PageBrand.Show(HttpContext, Brand);
        SecurityHeaders.AllowOwnFrames(HttpContext);
        var site = await Theme.ReadSiteAsync(environment, cancellation);
        (Light, Dark) = (Theme.Read(site, Brand, dark: false), Theme.Read(site, Brand, dark: true));
        Mails =
        [
            .. TextTemplates.Languages.SelectMany(
                language => mails.Write(HttpContext.Visit(), language).Select((mail, number) => (language, number, mail))),
        ];
        Texts = [.. TextTemplates.Languages.SelectMany(AllTexts)];
        ModelState.AddModelError("Wrong.Line", text["WrongLine"]);
        ModelState.AddModelError("Wrong.Secret", text["WrongSecret"]);
        ModelState.AddModelError("Wrong.Code", common["CodeWrong"]);
        ModelState.AddModelError("Wrong.Number", text["WrongNumber"]);
        return Page();
    }

    /// <summary>The HTML part of one of the mails.</summary>
    public IActionResult OnGetMail([FromQuery(Name = "brand")] string? id, string language, int number)
    {
        if (!environment.IsDevelopment() || !TextTemplates.Languages.Contains(language))
        {
            return NotFound();
        }

        PageBrand.Show(HttpContext, (id is null ? null : brands.Find(id)) ?? brands.Usual);
        return mails.Write(HttpContext.Visit(), language).ElementAtOrDefault(number) is { } mail
            ? MailFrame.Show(HttpContext, mail, brands)
            : NotFound();
    }

    private IEnumerable<(string Language, string Name, string Text)> AllTexts(string language) =>
        Enum.GetValues<TextPurpose>().Where(purpose => purpose is TextPurpose.SignIn or TextPurpose.Enrolment)
            .Select(purpose => (language, purpose.ToString(), texts.Write(purpose, language, "123456")))
            .Concat(Enum.GetValues<TextNotice>().Select(notice => (language, notice.ToString(), texts.Write(notice, language))));
}
