using System.Collections.Immutable;
using Sso.Accounts.Administrators;
using Sso.Admin.Keys;

namespace Sso.Server.Pages.Console;

/// <summary>What signs now, what comes next and when, and what is still in the key set.</summary>
internal sealed class Keys(ListKeys keys) : ConsolePage
{
    public ImmutableArray<KeyView> List { get; private set; } = [];

    [Act(ConsoleAct.SeeKeys)]
    public async Task OnGetAsync(CancellationToken cancellation) =>
        List = [.. (await keys.ExecuteAsync(cancellation)).Where(key => key.State != KeyState.Gone)];
}
