using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Factors;
using Sso.Accounts.Overview;
using Sso.Data.Factors;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages.Account.Mfa;

/// <summary>The name of an app or a passkey, so that its owner can distinguish them.</summary>
internal sealed class Rename(AccountOverview overview, FactorNaming names, IStringLocalizer<Rename> text) : AccountPage
{
    [BindProperty(Name = "Input.Name"), Carried]
    public string? Name { get; set; }

    public MethodView Method { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(Guid id, CancellationToken cancellation)
    {
        if (await FindAsync(id, cancellation) is not { } method)
        {
            return SeeOther("/account/mfa");
        }

        (Method, Name) = (method, Name ?? method.Name);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(Guid id, CancellationToken cancellation)
    {
        if (await FindAsync(id, cancellation) is null)
        {
            return SeeOther("/account/mfa");
        }

        if (Name?.Trim() is not { Length: > 0 and <= SecondFactor.LongestName } name || name.Any(char.IsControl))
        {
            ModelState.AddModelError("Input.Name", text["Invalid", SecondFactor.LongestName]);
            return Page();
        }

        await names.RenameAsync(Owner.PersonId, id, name, cancellation);
        return SeeOther("/account/mfa?done=renamed");
    }

    private async Task<MethodView?> FindAsync(Guid id, CancellationToken cancellation) =>
        (await overview.MethodsAsync(Owner.PersonId, cancellation)).SingleOrDefault(method => method.Id == id);
}
