using Microsoft.AspNetCore.Mvc;
using Sso.Accounts.Sessions;
using Sso.Data.Sessions;
using Sso.Server.Logout;

namespace Sso.Server.Pages.Account;

/// <summary>The browsers that are signed in, and ending their sessions from here. Looking needs no fresh proof, ending does.</summary>
internal sealed class Sessions(SessionEnding sessions, TrustKeeping devices, BrowserSignOut signOut) : AccountPage
{
    [BindProperty(SupportsGet = true, Name = "done")]
    public string? Done { get; set; }

    public IReadOnlyList<SessionView> List { get; private set; } = [];

    /// <summary>Browsers that are spared the second factor.</summary>
    public IReadOnlyList<TrustedDevice> Trusted { get; private set; } = [];

    /// <summary>Which applications know that a session is over.</summary>
    public IReadOnlyList<LogoutNoticeView> Told { get; private set; } = [];

    public bool IsThis(TrustedDevice device) => DeviceTrust.IdOf(Visit) == device.Id;

    /// <summary>The text that says what has just been done.</summary>
    public string? Notice =>
        Done switch { "ended" => "Ended", "others" => "EndedOthers", "gone" => "Gone", "forgotten" => "Forgotten", _ => null };

    protected override TimeSpan? FreshProof => HttpMethods.IsPost(Request.Method) ? ChangeAge : null;

    public async Task OnGetAsync(CancellationToken cancellation)
    {
        List = await sessions.ListAsync(Owner, cancellation);
        Told = await signOut.ListOfAsync(Owner.PersonId, cancellation);
        Trusted = await devices.ListAsync(Owner.PersonId, cancellation);
    }

    public async Task<IActionResult> OnPostAsync(Guid session, CancellationToken cancellation) =>
        SeeOther(await sessions.EndAsync(Owner, session, cancellation) ? "/account/sessions?done=ended" : "/account/sessions?done=gone");

    public async Task<IActionResult> OnPostForgetAsync(Guid device, CancellationToken cancellation)
    {
        await devices.ForgetAsync(Owner.PersonId, device, cancellation);
        return SeeOther("/account/sessions?done=forgotten");
    }

    public async Task<IActionResult> OnPostOthersAsync(CancellationToken cancellation)
    {
        await sessions.EndOthersAsync(Visit, Owner, cancellation);
        return SeeOther("/account/sessions?done=others");
    }
}
