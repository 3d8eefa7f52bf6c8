using Sso.Accounts.Overview;

namespace Sso.Server.Pages.Account;

/// <summary>The passkeys of the account, one card each.</summary>
internal sealed class Passkeys(AccountOverview overview) : AccountPage
{
    public IReadOnlyList<MethodView> List { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellation) =>
        List = [.. (await overview.MethodsAsync(Owner.PersonId, cancellation)).Where(method => method.Method == ProofMethod.Passkey)];
}
