using Microsoft.AspNetCore.Mvc;
using Sso.Admin.Brands;

namespace Sso.Server.Pages.Console.Brands;

/// <summary>A page about one brand, which is not found if there is none.</summary>
internal abstract class BrandPage : ConsolePage
{
    [BindProperty(SupportsGet = true, Name = "brand")]
    public string? BrandId { get; set; }

    /// <summary>What has just been done, by the name of its text.</summary>
    [BindProperty(SupportsGet = true, Name = "done")]
    public string? Done { get; set; }

    /// <summary>Read for a page that is shown; a form reads nothing for the view.</summary>
    public BrandDetails Details { get; private set; } = null!;

    /// <summary>False for a page that is about none, or about one that is not stored yet.</summary>
    protected virtual bool IsAboutStored => true;

    protected override async Task<IActionResult?> RefuseAsync(CancellationToken cancellation)
    {
        if (await base.RefuseAsync(cancellation) is { } refusal)
        {
            return refusal;
        }

        if (!IsAboutStored || HttpMethods.IsPost(Request.Method))
        {
            return null;
        }

        var found = await FindAsync(cancellation);
        Details = found!;
        return found is null ? NotFound() : null;
    }

    protected async Task<BrandDetails?> FindAsync(CancellationToken cancellation) => BrandId is null
        ? null
        : await HttpContext.RequestServices.GetRequiredService<ShowBrand>().DetailsAsync(BrandId, cancellation);

    protected string Address(string page, string? done = null) =>
        $"{page}?brand={Uri.EscapeDataString(BrandId!)}{(done is null ? "" : $"&done={done}")}";
}
