using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Administrators;
using Sso.Admin.Clients;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages.Console.Applications;

/// <summary>Switching an application off and on, and removing it for good, which asks for its name.</summary>
internal sealed class Danger(SwitchClient switches, RemoveClient remove, ShowClient clients, IStringLocalizer<Danger> text)
    : ApplicationPage
{
    [BindProperty(Name = "Input.Name"), Carried]
    public string? Typed { get; set; }

    public override string Tab => "danger";

    [Act(ConsoleAct.SeeApplications)]
    public void OnGet()
    {
    }

    [Act(ConsoleAct.SwitchApplications)]
    public async Task<IActionResult> OnPostDisableAsync(CancellationToken cancellation) =>
        (await switches.DisableAsync(Id!, cancellation)).Failed(out _, out _)
            ? NotFound()
            : SeeOther(Address("/console/application/danger", "off"));

    [Act(ConsoleAct.SwitchApplications)]
    public async Task<IActionResult> OnPostEnableAsync(CancellationToken cancellation) =>
        (await switches.EnableAsync(Id!, cancellation)).Failed(out _, out _)
            ? NotFound()
            : SeeOther(Address("/console/application/danger", "on"));

    [Act(ConsoleAct.RemoveApplications)]
    public async Task<IActionResult> OnPostRemoveAsync(CancellationToken cancellation)
    {
        if ((await clients.ExecuteAsync(Id!, cancellation)).Failed(out _, out var client))
        {
            return NotFound();
        }

        if (Typed?.Trim() != client.Name)
        {
            ModelState.AddModelError("Input.Name", text["Mistyped", client.Name]);
            return Page();
        }

        return (await remove.ExecuteAsync(Id!, cancellation)).Failed(out _, out _)
            ? NotFound()
            : SeeOther("/console/applications?done=removed");
    }
}
