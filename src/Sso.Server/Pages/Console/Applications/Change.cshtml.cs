using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Administrators;
using Sso.Admin.Clients;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages.Console.Applications;

/// <summary>The name of an application, its addresses, and what it demands of people.</summary>
internal sealed class Change(ChangeClient change, ShowClient clients, IStringLocalizer<Words> words) : ApplicationPage
{
    [BindProperty(Name = "Input.Name"), Carried]
    public string? Name { get; set; }

    [BindProperty(Name = "Input.RedirectUris"), Carried]
    public string? RedirectUris { get; set; }

    [BindProperty(Name = "Input.PostLogoutRedirectUris"), Carried]
    public string? PostLogoutRedirectUris { get; set; }

    [BindProperty(Name = "Input.SecondFactor"), Carried]
    public string? SecondFactor { get; set; }

    [BindProperty(Name = "Input.NoTexts"), Carried]
    public bool NoTexts { get; set; }

    /// <summary>An address to be looked at before it is saved: whoever sent it may be a stranger.</summary>
    [BindProperty(SupportsGet = true, Name = "add")]
    public string? ToAdd { get; set; }

    public override string Tab => "overview";

    [Act(ConsoleAct.ChangeApplications)]
    public void OnGet()
    {
        if (!ModelState.IsValid)
        {
            return;
        }

        var client = Application.Client;
        (Name, SecondFactor, NoTexts) = (client.Name, client.SecondFactor.ToString(), !client.AcceptsTextMessages);
        RedirectUris = string.Join('\n', [.. client.RedirectUris, .. ToAdd is { Length: > 0 } added ? (string[])[added] : []]);
        PostLogoutRedirectUris = string.Join('\n', client.PostLogoutRedirectUris);
    }

    [Act(ConsoleAct.ChangeApplications)]
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        if ((await clients.ExecuteAsync(Id!, cancellation)).Failed(out _, out var client))
        {
            return NotFound();
        }

        var (redirectUris, signedOut) = (ApplicationForm.Lines(RedirectUris), ApplicationForm.Lines(PostLogoutRedirectUris));
        ApplicationForm.CheckAddresses(ModelState, "Input.RedirectUris", redirectUris, client.Type, words);
        ApplicationForm.CheckAddresses(ModelState, "Input.PostLogoutRedirectUris", signedOut, client.Type, words);
        if (string.IsNullOrWhiteSpace(Name))
        {
            ModelState.AddModelError("Input.Name", words["NameWrong"]);
        }

        if (!ModelState.IsValid)
        {
            return Page();
        }

        var outcome = await change.ExecuteAsync(
            Id!,
            current => current with
            {
                Name = Name!.Trim(),
                RedirectUris = redirectUris,
                PostLogoutRedirectUris = signedOut,
                SecondFactor = Enum.TryParse<SecondFactorPolicy>(SecondFactor, out var policy) ? policy : current.SecondFactor,
                AcceptsTextMessages = !NoTexts,
            },
            cancellation);
        if (outcome.Failed(out var refusal, out _))
        {
            ApplicationForm.Explain(ModelState, refusal, words);
            return Page();
        }

        return SeeOther(Address("/console/application", "changed"));
    }
}
