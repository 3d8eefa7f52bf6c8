using System.Collections.Immutable;
using Microsoft.AspNetCore.Mvc;
using Sso.Accounts.Administrators;
using Sso.Accounts.People;

namespace Sso.Server.Pages.Console.People;

/// <summary>Finding a customer. Nobody is listed before something was typed, and what is read is recorded.</summary>
internal sealed class Index(ListPeople people) : ConsolePage
{
    public const int Most = 50;

    [BindProperty(SupportsGet = true, Name = "q")]
    public string? Search { get; set; }

    public bool HasSearched => !string.IsNullOrWhiteSpace(Search);

    public ImmutableArray<PersonView> List { get; private set; } = [];

    [Act(ConsoleAct.SeePeople)]
    public async Task OnGetAsync(CancellationToken cancellation)
    {
        if (HasSearched)
        {
            List = await people.ExecuteAsync(Search!.Trim(), Most, cancellation);
        }
    }
}
