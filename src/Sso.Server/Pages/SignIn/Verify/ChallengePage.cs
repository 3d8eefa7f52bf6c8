using Microsoft.AspNetCore.Mvc;
using Sso.Accounts.Sessions;
using Sso.Data.Sessions;
using Sso.Server.Pages.Forms;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Pages.SignIn.Verify;

/// <summary>A page that asks for one of the enrolled second factors.</summary>
internal abstract class ChallengePage : StepPage
{
    /// <summary>The methods that this person may use for this request.</summary>
    public IReadOnlySet<ProofMethod> Methods =>
        Step is NextStep.ChallengeSecondFactor challenge ? challenge.Methods : new HashSet<ProofMethod>();

    /// <summary>The methods other than the one that this page asks for, the best first.</summary>
    public IEnumerable<ProofMethod> Others => Asked is { } asked ? MethodChoice.InOrder(Methods).Where(method => method != asked) : [];

    /// <summary>True if there is another number to send to.</summary>
    public virtual bool HasSeveral => false;

    /// <summary>True if the application of this flow is content with a remembered browser.</summary>
    public bool MayTrust => Flow.Request.Client.AcceptsTrustedDevices;

    [BindProperty(Name = "Input.Trust"), Carried]
    public bool Trust { get; set; }

    /// <summary>The person whose password was proved: this step exists for nobody else.</summary>
    protected SignInRow Person => SignedIn ?? throw new InvalidOperationException("A second factor was asked of nobody.");

    /// <summary>The method that this page asks for; null if the person chooses.</summary>
    protected abstract ProofMethod? Asked { get; }

    public string PathOf(ProofMethod method) => $"/signin/verify/{MethodChoice.ValueOf(method)}?flow={RequestHandle}";

    public IActionResult OnPostCancel() => Cancel();

    /// <summary>The method was proved: the browser is remembered if its owner asked for it.</summary>
    protected async Task<IActionResult> ProvedAsync(CancellationToken cancellation)
    {
        if (Trust && MayTrust)
        {
            await HttpContext.RequestServices.GetRequiredService<TrustKeeping>().TrustAsync(Visit, Person, cancellation);
        }

        return Continue();
    }

    /// <summary>After the last wrong code; /signin says why the person is there again.</summary>
    protected IActionResult StartAgain() => SeeOther($"/signin?flow={RequestHandle}&codes=true");

    protected override bool Serves(NextStep step) =>
        step is NextStep.ChallengeSecondFactor challenge && (Asked is not { } method || challenge.Methods.Contains(method));
}
