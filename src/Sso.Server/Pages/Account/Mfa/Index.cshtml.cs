using Microsoft.AspNetCore.Mvc;
using Sso.Accounts.Factors;
using Sso.Accounts.Overview;

namespace Sso.Server.Pages.Account.Mfa;

/// <summary>Whether a second factor guards the account, and which ones.</summary>
internal sealed class Index(AccountOverview overview, DisableTwoFactor disable) : AccountPage
{
    [BindProperty(SupportsGet = true, Name = "done")]
    public string? Done { get; set; }

    public AccountView View { get; private set; } = null!;

    public bool MayDisable { get; private set; }

    public int Passkeys => View.Methods.Count(method => method.Method == ProofMethod.Passkey);

    /// <summary>The text that says what has just been done.</summary>
    public string? Notice =>
        Done switch { "removed" => "Removed", "renamed" => "Renamed", "off" when View.Methods.Count == 0 => "TurnedOff", _ => null };

    public async Task OnGetAsync(CancellationToken cancellation)
    {
        View = await overview.LoadAsync(Owner, cancellation);
        MayDisable = await disable.FindDutyAsync(Owner.PersonId, cancellation) == TwoFactorDuty.None;
    }
}
