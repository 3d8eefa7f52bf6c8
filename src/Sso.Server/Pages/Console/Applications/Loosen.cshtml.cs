using Microsoft.AspNetCore.Mvc;
using Sso.Accounts.Administrators;
using Sso.Accounts.Proposals;
using Sso.Admin;
using Sso.Data.Administrators;

namespace Sso.Server.Pages.Console.Applications;

/// <summary>
/// What one owner proposed that an application ask less of people, and the other who agrees or refuses. It is proposed by the form of the
/// application.
/// </summary>
internal sealed class Loosen(ShowProposals proposals, LoosenPolicy loosening) : ApplicationPage
{
    /// <summary>Which proposal the second person read. Not carried: after a proof they read it again as it is then.</summary>
    [BindProperty(Name = "Input.Proposal")]
    public string? Seen { get; set; }

    /// <summary>Null if nothing is proposed.</summary>
    public LooserPolicyView? Proposal { get; private set; }

    /// <summary>Who can decide it, for its proposer; null for anybody else.</summary>
    public SecondPeople? Second { get; private set; }

    public bool IsOwn => Proposal?.ProposerId == PersonId;

    public override string Tab => "overview";

    [Act(ConsoleAct.LoosenApplications)]
    public async Task OnGetAsync(CancellationToken cancellation)
    {
        Proposal = await proposals.FindLooserAsync(Id!, cancellation);
        Second = IsOwn
            ? await proposals.CountSecondAsync(ProposedAct.LooserPolicy, PersonId, Guid.Empty, Proposal!.At, cancellation)
            : null;
    }

    [Act(ConsoleAct.LoosenApplications)]
    public async Task<IActionResult> OnPostAgreeAsync(CancellationToken cancellation) =>
        Answer((await loosening.AgreeAsync(Id!, Seen, By, cancellation)).Error, "agreed");

    [Act(ConsoleAct.LoosenApplications)]
    public async Task<IActionResult> OnPostEndAsync(CancellationToken cancellation) =>
        Answer((await loosening.CallOffAsync(Id!, Seen, By, cancellation)).Error, "ended");

    private IActionResult Answer(Refusal? refusal, string done) => refusal switch
    {
        null => Back(done),
        { Kind: RefusalKind.Denied } => StatusCode(StatusCodes.Status403Forbidden),
        { Kind: RefusalKind.NotFound } when refusal.Problems[0].Field == "client_id" => NotFound(),
        { Kind: RefusalKind.Stale } => Back("void"),
        _ => Back("gone"),
    };

    private IActionResult Back(string done) => SeeOther(Address("/console/application/loosen", done));
}
