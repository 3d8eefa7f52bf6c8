using Microsoft.AspNetCore.Mvc;
using Sso.Accounts.Administrators;
using Sso.Admin.Brands;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages.Console.Brands;

/// <summary>A new brand. Nothing looks like it until an application or a host name has it.</summary>
internal sealed class Add(AddBrand add) : BrandForm
{
    [BindProperty(Name = "Input.Id"), Carried]
    public string? NewId { get; set; }

    protected override bool IsAboutStored => false;

    [Act(ConsoleAct.ChangeBrands)]
    public void OnGet()
    {
    }

    [Act(ConsoleAct.ChangeBrands)]
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        var typed = TypedOnto(new() { Id = NewId?.Trim() ?? "", Name = "", Accent = "" });
        if ((await add.ExecuteAsync(typed, cancellation)).Failed(out var refusal, out var added))
        {
            Say(Explain(refusal));
            return Page();
        }

        BrandId = added.Id;
        return SeeOther(Address("/console/brand", "added"));
    }
}
