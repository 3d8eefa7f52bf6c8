using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Actors;
using Sso.Accounts.Administrators;
using Sso.Accounts.People;
using Sso.Accounts.Proposals;
using Sso.Admin;
using Sso.Data.Administrators;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages.Console.People;

/// <summary>
/// Replacing the second factors of somebody who has lost them all: who was identified and how, the wait, and the second administrator who
/// can end it. Whoever helps gets nothing of it.
/// </summary>
internal sealed class Reset(
    ShowPerson people, ShowProposals proposals, FactorReset reset, IStringLocalizer<Reset> text) : ConsolePage
{
    [BindProperty(SupportsGet = true, Name = "sub")]
    public string? Sub { get; set; }

    [BindProperty(SupportsGet = true, Name = "done")]
    public string? Done { get; set; }

    [BindProperty(Name = "Input.Document"), Carried]
    public bool Document { get; set; }

    [BindProperty(Name = "Input.CalledBack"), Carried]
    public bool CalledBack { get; set; }

    [BindProperty(Name = "Input.MetInPerson"), Carried]
    public bool MetInPerson { get; set; }

    [BindProperty(Name = "Input.Reference"), Carried]
    public string? Reference { get; set; }

    /// <summary>Which proposal the second administrator read. Not carried: after a proof they read it again as it is then.</summary>
    [BindProperty(Name = "Input.Proposal")]
    public string? Seen { get; set; }

    public PersonDetails Details { get; private set; } = null!;

    /// <summary>Null if nothing is being replaced.</summary>
    public FactorResetView? Waiting { get; private set; }

    /// <summary>Who can decide the proposal, for whoever cannot; null if nothing is proposed.</summary>
    public SecondPeople? Second { get; private set; }

    /// <summary>What is ticked.</summary>
    public IdentityChecks Checks =>
        (Document ? IdentityChecks.Document : IdentityChecks.None)
        | (CalledBack ? IdentityChecks.CalledBack : IdentityChecks.None)
        | (MetInPerson ? IdentityChecks.MetInPerson : IdentityChecks.None);

    public bool IsHigher => !Precedence.MayActOn(Role, Details.Role);

    public bool IsOwn => Subject == PersonId.ToString("N");

    /// <summary>The link could go to nobody.</summary>
    public bool HasMailbox => Details.Person is { Email: not null, EmailVerified: true, DisabledAt: null };

    /// <summary>Whoever proposed it is not the second one.</summary>
    public bool MayAgree => Waiting?.Proposal is { } proposal && proposal.ProposerId != PersonId && May(ConsoleAct.AgreeToResets);

    [Act(ConsoleAct.ResetFactors)]
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        if ((await people.ExecuteAsync(Subject, By, cancellation)).Failed(out _, out var details))
        {
            return NotFound();
        }

        var about = Guid.ParseExact(Subject, "N");
        (Details, Waiting) = (details, await proposals.FindResetAsync(about, cancellation));
        Second = Waiting?.Proposal is { } proposal && !MayAgree
            ? await proposals.CountSecondAsync(ProposedAct.FactorReset, proposal.ProposerId, about, proposal.At, cancellation)
            : null;
        return Page();
    }

    [Act(ConsoleAct.ResetFactors)]
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        var outcome = await reset.ProposeAsync(Subject, Checks, Reference, By, cancellation);
        if (outcome.Error is not { Kind: RefusalKind.Invalid } refusal)
        {
            return Answer(outcome.Error, "begun");
        }

        var (field, word) = refusal.Problems[0].Field switch
        {
            "checks" => ("Input.Checks", "ChecksEmpty"),
            "reference" => ("Input.Reference", "ReferenceWrong"),
            _ => ("", "NotNow"),
        };
        ModelState.AddModelError(field, text[word]);
        return Page();
    }

    [Act(ConsoleAct.AgreeToResets)]
    public async Task<IActionResult> OnPostAgreeAsync(CancellationToken cancellation) =>
        Answer((await reset.AgreeAsync(Subject, Seen, By, cancellation)).Error, "agreed");

    [Act(ConsoleAct.ResetFactors)]
    public async Task<IActionResult> OnPostStopAsync(CancellationToken cancellation) =>
        Answer((await reset.CallOffAsync(Subject, By, cancellation)).Error, "stopped");

    /// <summary>Only a subject: a name could be anybody's by now.</summary>
    private string Subject => Guid.TryParseExact(Sub, "N", out var id) ? id.ToString("N") : "";

    private IActionResult Answer(Refusal? refusal, string done) => refusal?.Kind switch
    {
        null => Back(done),
        RefusalKind.Denied => StatusCode(StatusCodes.Status403Forbidden),
        RefusalKind.TooOften => Back("toooften"),
        RefusalKind.Taken => Back("taken"),
        _ => Back("gone"),
    };

    private IActionResult Back(string done) => SeeOther($"/console/person/reset?sub={Subject}&done={done}");
}
