using Microsoft.AspNetCore.Mvc;
using Sso.Accounts.Recovery;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages.SignIn.Verify;

/// <summary>Every method is lost: what can be done, how long it takes, and who helps otherwise. It opens nothing by itself.</summary>
internal sealed class Lost(LostFactor lost) : ChallengePage
{
    public LostFactorState State { get; private set; }

    /// <summary>The link was sent once more.</summary>
    [BindProperty(SupportsGet = true, Name = "sent")]
    public bool Sent { get; set; }

    /// <summary>It was asked for too often.</summary>
    [Carried]
    public bool TooOften { get; set; }

    public bool HasRecoveryCodes => Methods.Contains(ProofMethod.RecoveryCode);

    protected override ProofMethod? Asked => null;

    public async Task OnGetAsync(CancellationToken cancellation) => State = await lost.StateAsync(Person, cancellation);

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        await lost.RequestAsync(Visit, Flow.Request, Person, cancellation);
        return SeeOther($"/signin/verify/lost?flow={RequestHandle}");
    }

    public async Task<IActionResult> OnPostLinkAsync(CancellationToken cancellation)
    {
        if (await lost.SendLinkAsync(Visit, Person, cancellation))
        {
            return SeeOther($"/signin/verify/lost?flow={RequestHandle}&sent=true");
        }

        TooOften = true;
        return Page();
    }
}
