using Microsoft.AspNetCore.Mvc;
using Sso.Accounts.Administrators;
using Sso.Admin.Clients;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages.Console.Applications;

/// <summary>The secrets of an application: a second one, taking one away, and what to do when somebody else may have them.</summary>
internal sealed class Secrets(RotateSecret secrets, PageAnswers answers) : ApplicationPage
{
    public override string Tab => "secrets";

    [Act(ConsoleAct.SeeApplications)]
    public void OnGet()
    {
    }

    [Act(ConsoleAct.AddSecrets)]
    public async Task<IActionResult> OnPostAddAsync(CancellationToken cancellation) =>
        (await secrets.AddAsync(Id!, cancellation)).Failed(out var refusal, out var added) ? Refused(refusal) : ShowSecret(added);

    [Act(ConsoleAct.RevokeSecrets)]
    public async Task<IActionResult> OnPostRevokeAsync([FromForm] bool newer, CancellationToken cancellation) =>
        (await secrets.RemoveAsync(Id!, newer, cancellation)).Failed(out var refusal, out _)
            ? Refused(refusal)
            : SeeOther(Address("/console/application/secrets", "revoked"));

    /// <summary>Whoever may take secrets away and not make them never sees the new one: its people ask for another.</summary>
    [Act(ConsoleAct.RevokeSecrets)]
    public async Task<IActionResult> OnPostCompromisedAsync(CancellationToken cancellation) =>
        (await secrets.ReplaceAsync(Id!, cancellation)).Failed(out var refusal, out var added) ? Refused(refusal)
            : May(ConsoleAct.AddSecrets) ? ShowSecret(added)
            : SeeOther(Address("/console/application/secrets", "compromised"));

    private IActionResult ShowSecret(ClientAdded added)
    {
        answers.Keep(HttpContext, Added.Path, Added.ShownFor, (nameof(Added.Secret), added.Secret));
        return SeeOther(Address(Added.Path));
    }

    /// <summary>By now it has another number of secrets than the page showed: the page as it is now says so.</summary>
    private IActionResult Refused(Sso.Admin.Refusal refusal) => refusal.Kind == Sso.Admin.RefusalKind.NotFound
        ? NotFound()
        : SeeOther(Address("/console/application/secrets", "stale"));
}
