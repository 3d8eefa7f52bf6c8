using System.Collections.Immutable;
using Microsoft.AspNetCore.Mvc;
using Sso.Accounts.Administrators;
using Sso.Server.Pages.Forms;

namespace Sso.Server.Pages.Console.Administrators;

/// <summary>Who may use the console, in which role, since when and by whom.</summary>
internal sealed class Index(ListAdministrators administrators) : ConsolePage
{
    [BindProperty(SupportsGet = true, Name = "done")]
    public string? Done { get; set; }

    /// <summary>The words of what was done; null if nothing was.</summary>
    public string? Said => Done switch { "given" => "Given", "removed" => "Removed", _ => null };

    /// <summary>Whom it was done to; null when the page is opened again.</summary>
    [Carried]
    public string? Whom { get; set; }

    public ImmutableArray<AdministratorView> List { get; private set; } = [];

    public string OwnSubject => PersonId.ToString("N");

    [Act(ConsoleAct.SeeAdministrators)]
    public async Task OnGetAsync(CancellationToken cancellation) => List = await administrators.ExecuteAsync(cancellation);

    /// <summary>The user name of whoever gave a role, if they still have one.</summary>
    public string? GiverOf(AdministratorView item) =>
        List.FirstOrDefault(giver => item.CreatedBy.EndsWith(":" + giver.Sub, StringComparison.Ordinal))?.UserName;
}
