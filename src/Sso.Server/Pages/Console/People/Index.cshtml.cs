using System.Collections.Immutable;
using Microsoft.AspNetCore.Mvc;
using Sso.Accounts.Administrators;
using Sso.Accounts.People;

namespace Sso.Server.Pages.Console.People;

/// <summary>
/// Finding a customer. Nobody is listed before enough was typed to mean somebody, a page of a list at a time, and who was shown is
/// recorded.
/// </summary>
internal sealed class Index(ListPeople people, FindByNumber byNumber) : ConsolePage
{
    public const int Most = 50;

    /// <summary>In digits: fewer are no phone number anywhere.</summary>
    private const int ShortestNumber = 6;

    [BindProperty(SupportsGet = true, Name = "q")]
    public string? Search { get; set; }

    /// <summary>The subject behind which the list goes on.</summary>
    [BindProperty(SupportsGet = true, Name = "after")]
    public string? After { get; set; }

    public bool HasSearched => !string.IsNullOrWhiteSpace(Search);

    /// <summary>So little finds only whoever is called that.</summary>
    public bool IsShort => Search?.Trim().Length < ListPeople.ShortestBeginning;

    public ImmutableArray<PersonView> List { get; private set; } = [];

    /// <summary>Where the next page begins; null on the last one.</summary>
    public string? Last { get; private set; }

    /// <summary>More than <see cref="Most"/> have proved the number that was typed, and only so many are shown.</summary>
    public bool HasMoreOwners { get; private set; }

    [Act(ConsoleAct.SeePeople)]
    public async Task OnGetAsync(CancellationToken cancellation)
    {
        if (HasSearched)
        {
            (List, Last) = await people.ExecuteAsync(Search, After, Most, cancellation);
            if (After is null && IsLikeNumber(Search!))
            {
                await AddOwnersAsync(cancellation);
            }
        }
    }

    /// <summary>Names of digits may be meant too, so whoever has proved the number comes before them, and not in their place.</summary>
    private async Task AddOwnersAsync(CancellationToken cancellation)
    {
        var outcome = await byNumber.ExecuteAsync(Search!, after: null, Most, cancellation);
        if (!outcome.Failed(out _, out var owners))
        {
            HasMoreOwners = owners.Last is not null;
            List = [.. owners.People, .. List.Where(person => owners.People.All(owner => owner.Sub != person.Sub))];
        }
    }

    private static bool IsLikeNumber(string typed) => !typed.Any(char.IsLetter) && typed.Count(char.IsDigit) >= ShortestNumber;
}
