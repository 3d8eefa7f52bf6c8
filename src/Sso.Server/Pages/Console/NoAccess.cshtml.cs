using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Sso.Accounts.Administrators;
using Sso.Server.Authorization;

namespace Sso.Server.Pages.Console;

/// <summary>Stands in for a page of the console that is not for this person: 403, with what can be done about it.</summary>
[ResponseCache(NoStore = true), IgnoreAntiforgeryToken]
internal sealed class NoAccess(ConsoleVisits visits) : PageModel
{
    public const string Path = "/console/no-access";

    /// <summary>Null if nobody is signed in any more.</summary>
    public ConsoleVisitor? Visitor { get; private set; }

    /// <summary>The first page of the console that this person may see; null if there is none.</summary>
    public string? Home { get; private set; }

    public Task OnGetAsync(CancellationToken cancellation) => TellAsync(cancellation);

    public Task OnPostAsync(CancellationToken cancellation) => TellAsync(cancellation);

    private async Task TellAsync(CancellationToken cancellation)
    {
        Response.StatusCode = StatusCodes.Status403Forbidden;
        Visitor = await visits.FindAsync(HttpContext.Visit(), cancellation);
        Home = Visitor?.Role is not { } role ? null
            : Roles.ReachOf(role, ConsoleAct.SeeOverview) != Reach.None ? ConsoleArea.Home
            : "/console/applications";
    }
}
