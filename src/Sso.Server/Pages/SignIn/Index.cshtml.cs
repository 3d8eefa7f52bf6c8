using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Factors;
using Sso.Accounts.Passwords;
using Sso.Accounts.Sessions;
using Sso.Accounts.SignIn;
using Sso.Server.Http;
using Sso.Server.Pages.Forms;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Pages.SignIn;

/// <summary>Name and password.</summary>
internal sealed class Index(
    PasswordSignIn passwords, PasskeyCeremonies passkeys, PasskeySignIn passkeySignIn, SessionEnding sessions, PageAnswers answers,
    IStringLocalizer<Index> text, IStringLocalizer<Common> common) : StepPage
{
    [BindProperty(Name = "Input.UserName"), Carried]
    public string? UserName { get; set; }

    [BindProperty(Name = "Input.Password")]
    public string? Password { get; set; }

    /// <summary>Somebody is already signed in, and the application wants the password again.</summary>
    public bool Again => SignedIn is not null;

    /// <summary>Too many wrong codes: the second step is void, and sign-in begins again.</summary>
    [BindProperty(SupportsGet = true, Name = "codes")]
    public bool CodesFailed { get; set; }

    /// <summary>A sign-in to the account area took too long, and begins again here.</summary>
    [Carried]
    public bool IsLate { get; set; }

    /// <summary>How the session ended that this browser still names; null if there was none.</summary>
    public SessionEnd? Ended { get; private set; }

    /// <summary>What the passkey button and the autofill of the name field need.</summary>
    public PasskeyCeremony Ceremony { get; private set; } = null!;

    protected override string? TypedName => UserName;

    public async Task OnGetAsync(CancellationToken cancellation)
    {
        UserName ??= SignedIn?.UserName ?? Flow.Request.LoginHint;
        if (!ModelState.IsValid && UserName is not null)
        {
            // People who go on to the page for a forgotten password have already typed it.
            answers.Keep(HttpContext, "/password/forgot", TimeSpan.FromMinutes(10), (nameof(Pages.Password.Forgot.UserName), UserName));
        }

        Ended = SignedIn is null ? await sessions.EndOfAsync(Visit, cancellation) : null;
        Ceremony = await passkeys.ForSignInAsync(Flow.Request);
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(UserName))
        {
            ModelState.AddModelError("Input.UserName", text["UserNameEmpty"]);
        }

        if (string.IsNullOrEmpty(Password))
        {
            ModelState.AddModelError("Input.Password", text["PasswordEmpty"]);
        }

        if (UserName is null || Password is null || !ModelState.IsValid)
        {
            return Page();
        }

        switch (await passwords.TryAsync(Visit, Flow.Request, UserName.Trim(), Password, cancellation))
        {
            case PasswordOutcome.Succeeded:
                return Continue();
            case PasswordOutcome.Wrong:
                ModelState.AddModelError("Input.UserName", text["Wrong"]);
                return Page();
            case PasswordOutcome.Disabled:
                ModelState.AddModelError("Input.UserName", text["Disabled"]);
                return Page();
            case PasswordOutcome.Wait wait:
                return Blocked(wait.For);
            case PasswordOutcome.TooManyFromAddress wait:
                return Blocked(wait.For);
            case PasswordOutcome.Busy:
                Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                Response.SayRetryAfter(PasswordLane.Pause);
                ModelState.AddModelError(string.Empty, text["Busy"]);
                return Page();
            default:
                throw new UnreachableException();
        }
    }

    public async Task<IActionResult> OnPostPasskeyAsync(CancellationToken cancellation)
    {
        switch (await passkeySignIn.SignInAsync(Visit, Flow.Request, this.PasskeyAnswer(), cancellation))
        {
            case PasskeyOutcome.Succeeded:
                return Continue();
            case PasskeyOutcome.Wait wait:
                return Blocked(wait.For);
            case PasskeyOutcome.Disabled:
                ModelState.AddModelError(string.Empty, text["Disabled"]);
                return Page();
            default:
                ModelState.AddModelError(string.Empty, common["PasskeyRefused"]);
                return Page();
        }
    }

    public IActionResult OnPostCancel() => Cancel();

    protected override bool Serves(NextStep step) => step is NextStep.SignIn;

    private IActionResult Blocked(TimeSpan wait) =>
        SeeOther(
            string.Create(CultureInfo.InvariantCulture, $"/signin/blocked?flow={RequestHandle}&for={Math.Ceiling(wait.TotalSeconds)}"));
}
