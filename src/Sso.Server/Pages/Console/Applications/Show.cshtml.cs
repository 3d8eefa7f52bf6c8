using Sso.Accounts.Administrators;
using Sso.Accounts.Proposals;
using Sso.Admin.Clients;
using Sso.Data.Operations;
using Sso.Server.Http;

namespace Sso.Server.Pages.Console.Applications;

/// <summary>One application: how it is doing, and how it is registered.</summary>
internal sealed class Show(SsoOptions options, ShowProposals proposals, TimeProvider clock) : ApplicationPage
{
    private static readonly TimeSpan Lately = TimeSpan.FromHours(24);

    public override string Tab => "overview";

    /// <summary>A second person is needed to let it ask less.</summary>
    public bool IsLooserProposed { get; private set; }

    public string Issuer => options.Issuer;

    public string Discovery => $"{options.Issuer}/.well-known/openid-configuration";

    /// <summary>The newest address that was refused and would be again, the commonest fault of all.</summary>
    public RefusalView? Mismatch => Application.Refusals.FirstOrDefault(item =>
        item.Kind == SecurityEventKind.RedirectUriRefused && !IsRegisteredNow(item));

    public int Refusals => Application.Refusals.Count(item => item.At >= clock.GetUtcNow() - Lately);

    /// <summary>The nearest end of a secret; null if none ends.</summary>
    public DateTimeOffset? SecretEnds => Application.Secrets.Min(secret => secret.ExpiresAt);

    [Act(ConsoleAct.SeeApplications)]
    public async Task OnGetAsync(CancellationToken cancellation) =>
        IsLooserProposed = May(ConsoleAct.LoosenApplications) && await proposals.FindLooserAsync(Id!, cancellation) is not null;
}
