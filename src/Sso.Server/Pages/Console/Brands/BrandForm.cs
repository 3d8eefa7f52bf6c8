using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Admin;
using Sso.Admin.Brands;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages.Console.Brands;

/// <summary>The typed values of a brand in one form, and what an operation refused of them in the words of the reader.</summary>
internal abstract class BrandForm : BrandPage
{
    [BindProperty(Name = "Input.Name"), Carried]
    public string? Name { get; set; }

    [BindProperty(Name = "Input.Accent"), Carried]
    public string? Accent { get; set; }

    [BindProperty(Name = "Input.DarkAccent"), Carried]
    public string? DarkAccent { get; set; }

    [BindProperty(Name = "Input.Tint"), Carried]
    public string? Tint { get; set; }

    [BindProperty(Name = "Input.Radius"), Carried]
    public string? Radius { get; set; }

    [BindProperty(Name = "Input.PrivacyUrl"), Carried]
    public string? PrivacyUrl { get; set; }

    [BindProperty(Name = "Input.AboutUrl"), Carried]
    public string? AboutUrl { get; set; }

    [BindProperty(Name = "Input.ContactUrl"), Carried]
    public string? ContactUrl { get; set; }

    [BindProperty(Name = "Input.SenderName"), Carried]
    public string? SenderName { get; set; }

    [BindProperty(Name = "Input.SupportContact"), Carried]
    public string? SupportContact { get; set; }

    /// <summary>One on each line.</summary>
    [BindProperty(Name = "Input.Hosts"), Carried]
    public string? Hosts { get; set; }

    protected IStringLocalizer<BrandForm> Words => HttpContext.RequestServices.GetRequiredService<IStringLocalizer<BrandForm>>();

    /// <summary>What was typed, in the place of what this brand is.</summary>
    protected BrandInput TypedOnto(BrandInput brand) => brand with
    {
        Name = Name?.Trim() ?? "",
        Accent = Accent?.Trim() ?? "",
        DarkAccent = DarkAccent?.Trim(),
        Tint = Tint?.Trim(),
        Radius = string.IsNullOrWhiteSpace(Radius) ? BrandInput.UsualRadius
            : int.TryParse(Radius.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pixels) ? pixels
            : -1,
        PrivacyUrl = PrivacyUrl?.Trim(),
        AboutUrl = AboutUrl?.Trim(),
        ContactUrl = ContactUrl?.Trim(),
        SenderName = SenderName?.Trim(),
        SupportContact = SupportContact?.Trim(),
        Hosts =
        [
            .. (Hosts ?? "").Split([' ', '\t', ',', ';', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries)
                .Distinct(StringComparer.OrdinalIgnoreCase),
        ],
    };

    protected void Fill(BrandInput brand)
    {
        (Name, Accent, DarkAccent, Tint) = (brand.Name, brand.Accent, brand.DarkAccent, brand.Tint);
        Radius = brand.Radius.ToString(CultureInfo.InvariantCulture);
        (PrivacyUrl, AboutUrl, ContactUrl) = (brand.PrivacyUrl, brand.AboutUrl, brand.ContactUrl);
        (SenderName, SupportContact) = (brand.SenderName, brand.SupportContact);
        Hosts = string.Join('\n', brand.Hosts);
    }

    /// <param name="refusal">Of the operation, whose words are for the command line.</param>
    protected IEnumerable<(string Field, string Message)> Explain(Refusal refusal) =>
        from problem in refusal.Problems.DistinctBy(problem => problem.Field)
        let field = FieldOf(problem.Field)
        select (field.Length == 0 ? "" : "Input." + field, MessageOf(field, refusal.Kind));

    protected void Say(IEnumerable<(string Field, string Message)> errors)
    {
        foreach (var (field, message) in errors)
        {
            // Three fields share a sentence, and the summary has each on a line of its own.
            ModelState.AddModelError(field, field.EndsWith("Url", StringComparison.Ordinal) ? Under(field, message) : message);
        }
    }

    /// <param name="field">With or without the name of its group; empty for the form as a whole.</param>
    /// <param name="message">What is wrong with it.</param>
    protected string Under(string field, string message) =>
        field.Length == 0 ? message : $"{Words[field[(field.IndexOf('.') + 1)..]]}: {message}";

    /// <summary>What is wrong with the contrast of a colour; null if nothing is, or if it is no colour.</summary>
    protected string? ContrastFlaw(string field, string? typed)
    {
        if (!Colour.TryParse(typed?.Trim(), out var colour))
        {
            return null;
        }

        if (field == nameof(Tint))
        {
            var worst = AccentShades.Ratio(PageTint.WorstOn(colour).Colour.ContrastWith(colour));
            return PageTint.IsReadable(colour) ? null : Words["TintWrong", colour, worst, PageTint.NearestReadable(colour)].Value;
        }

        Func<Colour, AccentShades> scheme = field == nameof(Accent) ? AccentShades.Light : AccentShades.Dark;
        var shades = scheme(colour);
        var (word, ratio) = shades.HasReadableText ? ("EdgeWrong", shades.EdgeContrast) : ("TextWrong", shades.TextContrast);
        return shades.IsReadable
            ? null
            : Words[word, colour, AccentShades.Ratio(ratio), AccentShades.NearestReadable(colour, scheme)].Value;
    }

    private static string FieldOf(string field) => field switch
    {
        "id" => "Id",
        "name" => nameof(Name),
        "accent" => nameof(Accent),
        "dark_accent" => nameof(DarkAccent),
        "tint" => nameof(Tint),
        "radius" => nameof(Radius),
        "privacy_url" => nameof(PrivacyUrl),
        "about_url" => nameof(AboutUrl),
        "contact_url" => nameof(ContactUrl),
        "sender_name" => nameof(SenderName),
        "support_contact" => nameof(SupportContact),
        "hosts" => nameof(Hosts),
        _ => "",
    };

    private string MessageOf(string field, RefusalKind kind) => field switch
    {
        "Id" => Words[kind == RefusalKind.Taken ? "IdTaken" : "IdWrong"],
        nameof(Accent) => ContrastFlaw(field, Accent) ?? Words["ColourWrong"],
        nameof(DarkAccent) => ContrastFlaw(field, DarkAccent) ?? Words["ColourWrong"],
        nameof(Tint) => ContrastFlaw(field, Tint) ?? Words["ColourWrong"],
        nameof(Hosts) => Words[kind == RefusalKind.Taken ? "HostTaken" : "HostsWrong"],
        nameof(PrivacyUrl) or nameof(AboutUrl) or nameof(ContactUrl) => Words["LinkWrong"],
        "" => Words["OtherWrong"],
        _ => Words[field + "Wrong"],
    };
}
