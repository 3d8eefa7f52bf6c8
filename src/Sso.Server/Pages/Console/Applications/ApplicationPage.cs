using Microsoft.AspNetCore.Mvc;
using Sso.Accounts.Administrators;
using Sso.Admin.Clients;

namespace Sso.Server.Pages.Console.Applications;

/// <summary>A page about one application. One that does not exist, or is somebody else's, is not found.</summary>
internal abstract class ApplicationPage : ConsolePage
{
    /// <summary>Read for a page that is shown; a form reads nothing for the view.</summary>
    public ApplicationDetails Application { get; private set; } = null!;

    /// <summary>What has just been done, by the name of its text.</summary>
    [BindProperty(SupportsGet = true, Name = "done")]
    public string? Done { get; set; }

    /// <summary>The name of the tab.</summary>
    public abstract string Tab { get; }

    /// <summary>The address that was refused is registered by now.</summary>
    public bool IsRegisteredNow(RefusalView item) =>
        Activity.AddressOf(item) is { } address && Application.Client.RedirectUris.Contains(address);

    /// <summary>The name of the text on the tab that disables and deletes: it promises no more than the role may do.</summary>
    public string SwitchTab => May(ConsoleAct.RemoveApplications) ? "Tabdanger" : "Tabswitch";

    protected override async Task<IActionResult?> RefuseAsync(CancellationToken cancellation)
    {
        if (Id is null || await base.RefuseAsync(cancellation) is not null)
        {
            return NotFound();
        }

        if (HttpMethods.IsPost(Request.Method))
        {
            return null;
        }

        var found = await HttpContext.RequestServices.GetRequiredService<ShowApplication>().ExecuteAsync(Id, cancellation);
        Application = found!;
        return found is null ? NotFound() : null;
    }

    protected string Address(string page, string? done = null) =>
        $"{page}?id={Uri.EscapeDataString(Id!)}{(done is null ? "" : $"&done={done}")}";
}
