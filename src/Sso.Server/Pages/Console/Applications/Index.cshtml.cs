using Microsoft.AspNetCore.Mvc;
using Sso.Accounts.Administrators;
using Sso.Admin.Clients;

namespace Sso.Server.Pages.Console.Applications;

/// <summary>Every application that this administrator may see, with how it is doing.</summary>
internal sealed class Index(ListApplications applications) : ConsolePage
{
    [BindProperty(SupportsGet = true, Name = "q")]
    public string? Search { get; set; }

    [BindProperty(SupportsGet = true, Name = "done")]
    public string? Done { get; set; }

    /// <summary>The last id of the page before.</summary>
    [BindProperty(SupportsGet = true, Name = "after")]
    public string? After { get; set; }

    public ApplicationsPage Found { get; private set; } = null!;

    [Act(ConsoleAct.SeeApplications)]
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellation)
    {
        List<string>? own =
            ReachIn(ConsoleAct.SeeApplications) == Reach.Own ? [.. await Visits.ManagedByAsync(PersonId, cancellation)] : null;
        Found = await applications.ExecuteAsync(Search, own, After, cancellation);
        // The form is a better beginning than an empty list, but not for whoever has just left it or removed the last one.
        return Found.List.IsEmpty && string.IsNullOrWhiteSpace(Search) && Done is null && May(ConsoleAct.AddApplications)
            ? SeeOther("/console/applications/add")
            : Page();
    }
}
