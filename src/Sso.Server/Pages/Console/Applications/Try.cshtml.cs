using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Administrators;
using Sso.Admin.Clients;
using Sso.Server.Authorization;
using Sso.Server.Clients;
using Sso.Server.Trials;

namespace Sso.Server.Pages.Console.Applications;

/// <summary>
/// A sign-in as the application would begin it, and every step of what it would do with the answer. The administrator signs in as
/// whoever they are; nothing stays of it but its record.
/// </summary>
internal sealed class Try(
    SignInTrials trials, FinishTrial finish, ShowClient clients, ClientDirectory directory, TimeProvider clock, IStringLocalizer<Try> words)
    : ApplicationPage
{
    /// <summary>Shown again on no page, and kept nowhere but in the trial.</summary>
    [BindProperty(Name = "secret")]
    public string? Secret { get; set; }

    public override string Tab => "try";

    /// <summary>Null before a trial, and when its page is opened again.</summary>
    public TrialReport? Report { get; private set; }

    /// <summary>An answer came, and no trial of this administrator waits for it.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Why it cannot be tried from here, by the name of its text; null if it can.</summary>
    public string? Obstacle => ObstacleOf(Application.Client);

    [Act(ConsoleAct.ChangeApplications)]
    public async Task OnGetAsync()
    {
        if (!Request.Query.ContainsKey("state"))
        {
            return;
        }

        var trial = trials.Take(HttpContext, PersonId, Id!, Request.Query["state"]);
        IsOver = trial is null;
        Report = trial is null ? null : await finish.ExecuteAsync(HttpContext, trial, Application.Client);
    }

    /// <summary>Registers nothing and changes nothing: whoever may change the application may try it.</summary>
    [Act(ConsoleAct.ChangeApplications, ChangesNothing = true)]
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if ((await clients.ExecuteAsync(Id!, cancellation)).Failed(out _, out var client))
        {
            return NotFound();
        }

        if (ObstacleOf(client) is not null)
        {
            return SeeOther(Address(SignInTrials.Page));
        }

        var secret = client.AuthenticationMethod.IsBySecret() ? Secret?.Trim() : null;
        if (client.AuthenticationMethod.IsBySecret() && secret is not { Length: > 0 and <= SignInTrials.LongestSecret })
        {
            ModelState.AddModelError("secret", words["SecretWrong"]);
            return Page();
        }

        // The slip of an administrator is no error of the application, and would be counted as one.
        if (secret is not null && directory.Find(client.Id)?.Secrets.Any(one => one.Matches(secret, clock.GetUtcNow())) != true)
        {
            ModelState.AddModelError("secret", words["SecretOther"]);
            return Page();
        }

        return SeeOther(ReceiveRequest.Path + trials.Begin(HttpContext, PersonId, client, secret));
    }

    private static string? ObstacleOf(ClientView client) => client switch
    {
        _ when !client.GrantTypes.Contains(GrantTypes.AuthorizationCode) => "NoPeople",
        { DisabledAt: not null } => "Off",
        { RedirectUris.Count: 0 } => "NoAddress",
        { RequiresPushedRequests: true } or { RequiresSignedRequests: true } => "Signed",
        { DpopBound: true } or { CertificateBound: true } => "Bound",
        { IdTokenEncryption: not null } => "Encrypted",
        _ when !IsShowable(client.AuthenticationMethod) => "Keys",
        _ => null,
    };

    /// <summary>What somebody can paste, or needs not at all.</summary>
    private static bool IsShowable(ClientAuthenticationMethod method) =>
        method is ClientAuthenticationMethod.None
            or ClientAuthenticationMethod.ClientSecretBasic
            or ClientAuthenticationMethod.ClientSecretPost;
}
