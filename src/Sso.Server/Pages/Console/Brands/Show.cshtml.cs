using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Administrators;
using Sso.Admin;
using Sso.Admin.Brands;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages.Console.Brands;

/// <summary>One brand, what has it, and removing it, which asks for its name.</summary>
internal sealed class Show(RemoveBrand remove, IStringLocalizer<Show> text) : BrandPage
{
    [BindProperty(Name = "Input.Name"), Carried]
    public string? Typed { get; set; }

    [Act(ConsoleAct.SeeBrands)]
    public void OnGet()
    {
    }

    [Act(ConsoleAct.ChangeBrands)]
    public async Task<IActionResult> OnPostRemoveAsync(CancellationToken cancellation)
    {
        if (await FindAsync(cancellation) is not { } found)
        {
            return NotFound();
        }

        if (Typed?.Trim() != found.View.Name)
        {
            ModelState.AddModelError("Input.Name", text["Mistyped", found.View.Name]);
            return Page();
        }

        if (!(await remove.ExecuteAsync(BrandId!, cancellation)).Failed(out var refusal, out _))
        {
            return SeeOther("/console/brands?done=removed");
        }

        if (refusal.Kind == RefusalKind.NotFound)
        {
            return NotFound();
        }

        ModelState.AddModelError("", text["InUse"]);
        return Page();
    }
}
