using Microsoft.AspNetCore.Mvc;
using Sso.Server.Account;

namespace Sso.Server.Pages.Account;

/// <summary>The applications that hold tokens of this person, and ending their access.</summary>
public sealed class Apps(OwnApps apps) : AccountPage
{
    [BindProperty(SupportsGet = true, Name = "done")]
    public string? Done { get; set; }

    public IReadOnlyList<AppView> List { get; private set; } = [];

    /// <summary>Those that have not been used yet and can be opened from here.</summary>
    public IReadOnlyList<OpenableApp> Openable { get; private set; } = [];

    public bool IsRevoked => Done == "revoked";

    protected override TimeSpan? FreshProof => HttpMethods.IsPost(Request.Method) ? ChangeAge : null;

    public async Task OnGetAsync(CancellationToken cancellation)
    {
        List = await apps.ListAsync(Owner.PersonId, cancellation);
        Openable = apps.ListOpenable(List);
    }

    public async Task<IActionResult> OnPostAsync(string? client, CancellationToken cancellation)
    {
        await apps.RevokeAsync(Owner, client ?? "", cancellation);
        return SeeOther("/account/apps?done=revoked");
    }
}
