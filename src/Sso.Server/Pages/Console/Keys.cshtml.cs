using System.Collections.Immutable;
using Microsoft.AspNetCore.Mvc;
using Sso.Accounts.Administrators;
using Sso.Admin.Keys;

namespace Sso.Server.Pages.Console;

/// <summary>What signs now, what comes next and when, who has fetched it, and what is still in the key set.</summary>
internal sealed class Keys(ListKeys keys, ListFetches fetches, TimeProvider clock) : ConsolePage
{
    private const int PageSize = 50;

    public ImmutableArray<KeyView> List { get; private set; } = [];

    public ImmutableArray<KeyFetches> Rotations { get; private set; } = [];

    /// <summary>Of which rotation a later page is wanted, by one of its keys.</summary>
    [BindProperty(Name = "of", SupportsGet = true)]
    public string? Of { get; set; }

    /// <summary>How many applications come before that page.</summary>
    [BindProperty(Name = "after", SupportsGet = true)]
    public int After { get; set; }

    /// <summary>Those that are shown, and how many come before the next ones; null if there are none.</summary>
    public (IEnumerable<ApplicationFetch> List, int? Following) PageOf(KeyFetches rotation)
    {
        var begin = Of is not null && rotation.Kids.Contains(Of) ? Math.Clamp(After, 0, rotation.Applications.Length) : 0;
        var end = begin + PageSize;
        return (rotation.Applications.Skip(begin).Take(PageSize), end < rotation.Applications.Length ? end : null);
    }

    /// <summary>Somebody lacks them, and they begin to sign soon, or began lately.</summary>
    public bool IsWorthWarning(KeyFetches rotation) =>
        rotation.Lagging.Any() && (rotation.ActiveFrom - clock.GetUtcNow()).Duration() < ListFetches.Near;

    public bool IsAhead(KeyFetches rotation) => rotation.ActiveFrom > clock.GetUtcNow();

    [Act(ConsoleAct.SeeKeys)]
    public async Task OnGetAsync(CancellationToken cancellation)
    {
        var all = await keys.ExecuteAsync(cancellation);
        List = [.. all.Where(key => key.State != KeyState.Gone)];
        Rotations = await fetches.ExecuteAsync(all, cancellation);
    }
}
