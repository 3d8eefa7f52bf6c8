using System.Collections.Immutable;
using Microsoft.AspNetCore.Mvc;
using Sso.Accounts.Actors;
using Sso.Accounts.Administrators;
using Sso.Accounts.Passwords;
using Sso.Accounts.People;
using Sso.Accounts.Proposals;
using Sso.Admin;

namespace Sso.Server.Pages.Console.People;

/// <summary>
/// One customer as the help desk needs them: how the account stands, how it is protected, what happened to it, and three acts that help and
/// open nothing.
/// </summary>
internal sealed class Show(
    ShowPerson people, ListPersonEvents events, ShowProposals proposals, UnlockPerson unlock, SignOutPerson signOut,
    SendPasswordLink link) : ConsolePage
{
    private const int Few = 20;

    /// <summary>The subject: nothing else names a person for good.</summary>
    [BindProperty(SupportsGet = true, Name = "sub")]
    public string? Sub { get; set; }

    [BindProperty(SupportsGet = true, Name = "done")]
    public string? Done { get; set; }

    public PersonDetails Details { get; private set; } = null!;

    public ImmutableArray<PersonEventView> Events { get; private set; } = [];

    /// <summary>Null if no lost methods are being replaced.</summary>
    public FactorResetView? Waiting { get; private set; }

    /// <summary>There is a confirmed address to which a link could go.</summary>
    public bool HasMailbox => Details.Person is { Email: not null, EmailVerified: true, DisabledAt: null };

    /// <summary>Whoever has a higher role is helped by somebody of theirs.</summary>
    public bool IsHigher => !Precedence.MayActOn(Role, Details.Role);

    [Act(ConsoleAct.SeePeople)]
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        if ((await people.ExecuteAsync(Subject, By, cancellation)).Failed(out _, out var details)
            || (await events.ExecuteAsync(Subject, Few, withReadings: false, By, cancellation)).Failed(out _, out var list))
        {
            return NotFound();
        }

        (Details, Events) = (details, list);
        Waiting = await proposals.FindResetAsync(Guid.ParseExact(Subject, "N"), cancellation);
        return Page();
    }

    [Act(ConsoleAct.HelpPeople)]
    public async Task<IActionResult> OnPostUnlockAsync(CancellationToken cancellation)
    {
        var outcome = await unlock.ExecuteAsync(Subject, By, cancellation);
        return Answer(outcome.Error, outcome.Failed(out _, out var unlocked) || unlocked.HadFailures ? "unlocked" : "nothing");
    }

    [Act(ConsoleAct.HelpPeople)]
    public async Task<IActionResult> OnPostSignOutAsync(CancellationToken cancellation) =>
        Answer((await signOut.ExecuteAsync(Subject, By, cancellation)).Error, "signedout");

    /// <summary>To the person's own mailbox.</summary>
    [Act(ConsoleAct.HelpPeople)]
    public async Task<IActionResult> OnPostResetAsync(CancellationToken cancellation) =>
        Answer((await link.ExecuteAsync(Subject, By, cancellation)).Error, "sent");

    /// <summary>Only a subject: a name could be anybody's by now.</summary>
    private string Subject => Guid.TryParseExact(Sub, "N", out var id) ? id.ToString("N") : "";

    private IActionResult Answer(Refusal? refusal, string done) => refusal?.Kind switch
    {
        null => Helped(done),
        RefusalKind.Denied => StatusCode(StatusCodes.Status403Forbidden),
        RefusalKind.TooOften => Helped("toooften"),
        RefusalKind.NotFound => NotFound(),
        _ => Helped("nomailbox"),
    };

    private IActionResult Helped(string done) => SeeOther($"/console/person?sub={Subject}&done={done}");
}
