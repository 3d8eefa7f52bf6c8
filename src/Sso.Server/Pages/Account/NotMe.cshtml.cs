using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Overview;
using Sso.Accounts.Passwords;
using Sso.Accounts.Protection;
using Sso.Server.Pages.Forms;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Pages.Account;

/// <summary>
/// "It wasn't me", linked from the last access, every group of activity and the sessions: one form for a new password, ending everything
/// else that is open and a look at the methods, after a fresh proof. People who cannot give one, or have forgotten the password, close
/// everything at once.
/// </summary>
internal sealed class NotMe(
    SecureByNewPassword secure, CloseAccount close, AccountOverview overview, PasswordFloor floor,
    IStringLocalizer<NotMe> text, IStringLocalizer<Common> common) : NewPasswordPage(text, common)
{
    /// <summary>The methods that the owner does not recognise.</summary>
    [BindProperty(Name = "Input.Strangers"), Carried]
    public IReadOnlyList<Guid> Strangers { get; set; } = [];

    [BindProperty(Name = "Input.NewCodes"), Carried]
    public bool WantsNewCodes { get; set; }

    /// <summary>What had been done when the form was opened: a form that is sent twice, or from another tab, does nothing more.</summary>
    [BindProperty(Name = "seen")]
    public Guid? Seen { get; set; }

    /// <summary>The owner goes on to the form, for which a fresh proof is demanded first.</summary>
    [BindProperty(SupportsGet = true, Name = "confirm")]
    public bool IsConfirming { get; set; }

    /// <summary>The owner wants the form although it was just done.</summary>
    [BindProperty(SupportsGet = true, Name = "again")]
    public bool IsAgain { get; set; }

    public AccountView View { get; private set; } = null!;

    /// <summary>Null while there is something to do.</summary>
    public ProtectionView? Done { get; private set; }

    /// <summary>True if the form may be sent; otherwise the page says what is to come, and leads to the proof.</summary>
    public bool IsFresh { get; private set; }

    /// <summary>Closing everything needs no fresh proof: haste matters more, and all it gives is a mail to the owner.</summary>
    protected override TimeSpan? FreshProof =>
        IsConfirming || (HttpMethods.IsPost(Request.Method) && Request.Query["handler"] is not ["Close"]) ? ChangeAge : null;

    public async Task OnGetAsync(CancellationToken cancellation)
    {
        View = await overview.LoadAsync(Owner, cancellation);
        Minimum = (await floor.PolicyAsync(cancellation)).Shortest;
        IsFresh = IsFreshlyProved;
        var latest = await secure.LatestAsync(Owner, cancellation);
        Seen = latest?.Id;
        Done = IsAgain || !ModelState.IsValid ? null : latest;
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (await IsDoneAsync(cancellation))
        {
            return SeeOther("/account/not-me");
        }

        if (!AreTyped())
        {
            return Page();
        }

        var outcome = await secure.ExecuteAsync(Visit, Owner, Current, New, Strangers, WantsNewCodes, cancellation);
        return outcome is NewPasswordOutcome.Changed
            || (outcome is NewPasswordOutcome.WrongCurrentPassword && await IsDoneAsync(cancellation))
            ? SeeOther("/account/not-me")
            : Refuse(outcome);
    }

    public async Task<IActionResult> OnPostCloseAsync(CancellationToken cancellation) => SeeOther(
        await close.CloseByOwnerAsync(Visit, Owner, cancellation) ? "/password/sent?own=true" : "/account/not-me?confirm=true");

    private async Task<bool> IsDoneAsync(CancellationToken cancellation) =>
        await secure.LatestAsync(Owner, cancellation) is { } latest && latest.Id != Seen;
}
