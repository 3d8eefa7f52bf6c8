using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Deletion;
using Sso.Accounts.Overview;

namespace Sso.Server.Pages.Account.Data;

/// <summary>What belongs to the person: a file with everything that is held about them, and deleting the account.</summary>
internal sealed class Index(DataExport export, DeletionRequest deletion, IStringLocalizer<Index> text) : AccountPage
{
    /// <summary>The deletion was called off.</summary>
    [BindProperty(SupportsGet = true, Name = "kept")]
    public bool Kept { get; set; }

    protected override TimeSpan? FreshProof => ChangeAge;

    public void OnGet()
    {
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation) =>
        File(await export.WriteAsync(Visit, Owner, cancellation), "application/json", text["File"]);

    public async Task<IActionResult> OnPostKeepAsync(CancellationToken cancellation)
    {
        await deletion.CallOffAsync(Visit, Owner, cancellation);
        return SeeOther("/account/data?kept=true");
    }
}
