using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Administrators;
using Sso.Admin;
using Sso.Admin.Brands;
using Sso.Server.Http;

namespace Sso.Server.Pages.Console.Brands;

/// <summary>The logo of a brand: another one, or none. The form says which one it showed.</summary>
[Upload(ConsoleAct.ChangeBrands, typeof(Logo))]
internal sealed class Logo(ChangeBrand change, IStringLocalizer<Logo> text) : BrandPage
{
    /// <summary>The hash of the logo on the page; empty without one.</summary>
    [BindProperty(Name = "Input.Seen")]
    public string? Seen { get; set; }

    [Act(ConsoleAct.ChangeBrands, ProofFirst = true)]
    public void OnGet()
    {
    }

    [Act(ConsoleAct.ChangeBrands)]
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        // Not bound: what a page binds are single values.
        if ((Request.HasFormContentType ? Request.Form.Files.GetFile("Input.File") : null) is not { FileName.Length: > 0 } file)
        {
            return Wrong("NoFile");
        }

        if (file.Length > UploadAddress.Logo.Largest)
        {
            return Wrong("TooLarge", UploadAddress.Logo.Amount);
        }

        using var given = new MemoryStream();
        await file.CopyToAsync(given, cancellation);
        // Before the transaction of the change, which does it again.
        return BrandLogo.Clean(given.ToArray(), out var flaw) is { } logo ? await ChangeAsync(logo.Content, cancellation)
            : flaw == BrandLogo.Outgrown ? Wrong("TooLarge", UploadAddress.Logo.Amount)
            : Wrong(BrandLogo.IsPng(given.ToArray()) ? "PngWrong" : "SvgWrong");
    }

    [Act(ConsoleAct.ChangeBrands)]
    public Task<IActionResult> OnPostRemoveAsync(CancellationToken cancellation) => ChangeAsync(null, cancellation);

    /// <summary>As the form carries it.</summary>
    public static string MarkOf(BrandAsset? logo) => logo?.Hash ?? "";

    private async Task<IActionResult> ChangeAsync(byte[]? logo, CancellationToken cancellation)
    {
        if (BrandId is null)
        {
            return NotFound();
        }

        var outcome = await change.ExecuteAsync(
            BrandId,
            current => (Seen ?? "") == MarkOf(current.Logo is { } stored ? BrandAsset.Of(BrandId, "", stored) : null)
                ? null
                : Refusal.Stale("logo", "Somebody else has changed it meanwhile."),
            current => current with { Logo = logo },
            cancellation);
        return !outcome.Failed(out var refusal, out _) ? SeeOther(Address("/console/brand", logo is null ? "nologo" : "logo"))
            : refusal.Kind switch
            {
                RefusalKind.NotFound => NotFound(),
                RefusalKind.Stale => Wrong("ChangedByOthers"),
                _ => Wrong("SvgWrong"),
            };
    }

    private PageResult Wrong(string word, params object[] values)
    {
        ModelState.AddModelError("Input.File", text[word, values]);
        return Page();
    }
}
