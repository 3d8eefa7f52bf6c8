using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Administrators;
using Sso.Accounts.Mails;
using Sso.Admin.Brands;
using Sso.Data.Secrets;
using Sso.Server.Authorization;
using Sso.Server.Brands;
using Sso.Server.Http;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Pages.Console.Brands;

/// <summary>
/// What pages and a mail would look like with what stands in the form, of which nothing is stored: the values go into the address of this
/// page and of its style sheet, sealed, so that any node can answer and no stranger can make one. The logo is that of the stored brand.
/// </summary>
internal sealed class Preview(
    PreviewBrand preview, BrandDirectory brands, MailPreview mails, Sealer sealer, IWebHostEnvironment environment,
    IStringLocalizer<Preview> text, IStringLocalizer<Common> common) : BrandForm
{
    private const string Purpose = "preview of a brand";

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>What a brand changes of the colours that meet on pages.</summary>
    private static readonly string[] Changed = ["accent", "accent-hover", "accent-active", "accent-edge", "page"];

    [BindProperty(SupportsGet = true, Name = "values")]
    public string? Sealed { get; set; }

    /// <summary><c>light</c> or <c>dark</c>; otherwise that of the device.</summary>
    [BindProperty(SupportsGet = true, Name = "scheme")]
    public string? Scheme { get; set; }

    /// <summary>Null if there is nothing to show.</summary>
    public Brand? Shown { get; private set; }

    public IEnumerable<ColourPair> Light { get; private set; } = [];

    public IEnumerable<ColourPair> Dark { get; private set; } = [];

    /// <summary>What keeps these colours from being saved.</summary>
    public IEnumerable<string> Flaws { get; private set; } = [];

    /// <summary>The sample of a field that is wrong.</summary>
    public ModelStateDictionary Wrong { get; } = new();

    protected override bool IsAboutStored => false;

    [Act(ConsoleAct.ChangeBrands)]
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        if (await OpenAsync(cancellation) is not { } shown)
        {
            // A form that waited for a proof comes here with what was typed, and without its answer.
            return (Name ?? Accent) is null ? Page() : await AnswerAsync(cancellation);
        }

        var style = AddressOf(Sealed!, "Style", Scheme);
        Shown = shown with
        {
            Stylesheet = shown.Stylesheet! with { Path = style },
            Logo = shown.Logo is { } logo ? logo with { Path = logo.InAddress } : null,
        };
        PageBrand.Show(HttpContext, Shown);
        SecurityHeaders.AllowOwnFrames(HttpContext);
        var site = await Theme.ReadSiteAsync(environment, cancellation);
        (Light, Dark) = (PairsOf(site, shown, dark: false), PairsOf(site, shown, dark: true));
        Flaws =
        [
            .. from colour in ((string Field, string? Typed)[])
                   [(nameof(Accent), Accent), (nameof(DarkAccent), DarkAccent), (nameof(Tint), Tint)]
               let flaw = ContrastFlaw(colour.Field, colour.Typed)
               where flaw is not null
               select Under(colour.Field, flaw),
        ];
        Wrong.AddModelError("Sample.Code", common["CodeWrong"]);
        return Page();
    }

    /// <summary>The style sheet of the values, for one scheme or as the device asks.</summary>
    [Act(ConsoleAct.ChangeBrands)]
    public async Task<IActionResult> OnGetStyleAsync(CancellationToken cancellation)
    {
        if (await OpenAsync(cancellation) is not { } shown)
        {
            return NotFound();
        }

        var always = Scheme is "light" or "dark"
            ? Theme.Always(await Theme.ReadSiteAsync(environment, cancellation), shown, Scheme == "dark")
            : "";
        return File((byte[])[.. shown.Stylesheet!.Content, .. Encoding.ASCII.GetBytes(always)], shown.Stylesheet.ContentType);
    }

    /// <summary>One mail as it would be, to nobody.</summary>
    [Act(ConsoleAct.ChangeBrands)]
    public async Task<IActionResult> OnGetMailAsync(CancellationToken cancellation)
    {
        if (await OpenAsync(cancellation) is not { } shown)
        {
            return NotFound();
        }

        PageBrand.Show(HttpContext, shown);
        var language = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName;
        return MailFrame.Show(HttpContext, mails.Write(Visit, language, MailTable.ResetPassword), brands);
    }

    [Act(ConsoleAct.ChangeBrands, ChangesNothing = true)]
    public Task<IActionResult> OnPostAsync(CancellationToken cancellation) => AnswerAsync(cancellation);

    public string AddressOf(string? scheme) => AddressOf(Sealed!, null, scheme);

    public string MailAddress => AddressOf(Sealed!, "Mail", null);

    private static string AddressOf(string values, string? handler, string? scheme) =>
        $"/console/brands/preview?values={values}"
        + (handler is null ? "" : $"&handler={handler}")
        + (scheme is "light" or "dark" ? $"&scheme={scheme}" : "");

    private static IEnumerable<ColourPair> PairsOf(string site, Brand brand, bool dark) =>
        Theme.Read(site, brand, dark).Where(pair => Changed.Contains(pair.Front) || Changed.Contains(pair.Back));

    /// <summary>The page of these values, or what keeps them from being shown.</summary>
    private async Task<IActionResult> AnswerAsync(CancellationToken cancellation)
    {
        // After a proof it says that the form is to be sent again, which stands in another tab.
        ModelState.Clear();
        return await AddressAsync(message => ModelState.AddModelError("", message), cancellation) is { } address
            ? SeeOther(address)
            : Page();
    }

    /// <summary>Null if these values cannot be shown, after telling why.</summary>
    private async Task<string?> AddressAsync(Action<string> tell, CancellationToken cancellation)
    {
        // Hosts show nowhere, and an address has room for few.
        var typed = TypedOnto(new() { Id = BrandId ?? PreviewBrand.NoId, Name = "", Accent = "" }) with { Hosts = [] };
        if ((await preview.ExecuteAsync(typed, cancellation)).Failed(out var refusal, out _))
        {
            foreach (var (field, message) in Explain(refusal))
            {
                // The form is in another tab: a message cannot stand beside its field.
                tell(Under(field, message));
            }

            return null;
        }

        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            JsonSerializer.Serialize(deflate, typed);
        }

        var values = sealer.Seal(Purpose, packed.ToArray(), Lifetime);
        if (values.Length > SealedInAddress.Longest)
        {
            tell(text["TooLong"]);
            return null;
        }

        return AddressOf(values, null, null);
    }

    /// <summary>Null if the address holds no values that were sealed here within the hour.</summary>
    private async Task<Brand?> OpenAsync(CancellationToken cancellation)
    {
        if (sealer.Open(Purpose, Sealed) is not { } packed)
        {
            return null;
        }

        using var inflate = new DeflateStream(new MemoryStream(packed), CompressionMode.Decompress);
        var typed = JsonSerializer.Deserialize<BrandInput>(inflate)!;
        Fill(typed);
        return (await preview.ExecuteAsync(typed, cancellation)).Failed(out _, out var brand) ? null : brand;
    }
}
