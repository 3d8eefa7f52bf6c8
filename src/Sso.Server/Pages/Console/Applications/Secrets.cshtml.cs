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
    public async Task<IActionResult> OnPostRevokeAsync(
        [FromForm(Name = "secret")] string? fingerprint, CancellationToken cancellation) =>
        (await secrets.RemoveAsync(Id!, fingerprint, cancellation)).Failed(out var refusal, out _)
            ? Refused(refusal)
            : SeeOther(Address("/console/application/secrets", "revoked"));

    /// <summary>Whoever may take secrets away and not make them never sees the new one: its people ask for another.</summary>
    [Act(ConsoleAct.RevokeSecrets)]
    public async Task<IActionResult> OnPostCompromisedAsync(
        [FromForm(Name = "secret")] string[] fingerprints, CancellationToken cancellation) =>
        (await secrets.ReplaceAsync(Id!, fingerprints, cancellation)).Failed(out var refusal, out var added) ? Refused(refusal)
            : May(ConsoleAct.AddSecrets) ? ShowSecret(added)
            : SeeOther(Address("/console/application/secrets", "compromised"));

    private IActionResult ShowSecret(ClientAdded added) => SeeOther(Added.Show(answers, HttpContext, added, stack: null));

    /// <summary>By now it has other secrets than the page showed: the page as it is now says so.</summary>
    private IActionResult Refused(Sso.Admin.Refusal refusal) => refusal.Kind == Sso.Admin.RefusalKind.NotFound
        ? NotFound()
        : SeeOther(Address("/console/application/secrets", "stale"));
}
