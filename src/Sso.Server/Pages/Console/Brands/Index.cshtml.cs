using System.Collections.Immutable;
using Microsoft.AspNetCore.Mvc;
using Sso.Accounts.Administrators;
using Sso.Admin.Brands;

namespace Sso.Server.Pages.Console.Brands;

/// <summary>All brands, with what has them, and that of the configuration, which everything else has.</summary>
internal sealed class Index(ListBrands brands, BrandDirectory directory) : ConsolePage
{
    [BindProperty(SupportsGet = true, Name = "done")]
    public string? Done { get; set; }

    public ImmutableArray<BrandView> List { get; private set; } = [];

    public Brand Usual => directory.Usual;

    [Act(ConsoleAct.SeeBrands)]
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        List = await brands.ExecuteAsync(cancellation);
        // The form is a better beginning than an empty list.
        return List.IsEmpty && Done is null && May(ConsoleAct.ChangeBrands) ? SeeOther("/console/brands/add") : Page();
    }

    /// <summary>As this node serves it; one that was changed a moment ago may be missing for that moment.</summary>
    public string? LogoOf(BrandView brand) => directory.Find(brand.Id)?.Logo?.Path;
}
