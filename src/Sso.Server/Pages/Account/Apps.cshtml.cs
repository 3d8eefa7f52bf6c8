using Microsoft.AspNetCore.Mvc;
using Sso.Accounts.Apps;
using Sso.Server.Clients;
using Sso.Server.Http;

namespace Sso.Server.Pages.Account;

/// <summary>The applications that hold tokens of this person, and ending their access.</summary>
internal sealed class Apps(AppAccess apps, ClientDirectory clients, SsoOptions options) : AccountPage
{
    [BindProperty(SupportsGet = true, Name = "done")]
    public string? Done { get; set; }

    public IReadOnlyList<AppView> List { get; private set; } = [];

    /// <summary>Those that have not been used yet and can be opened from here.</summary>
    public IReadOnlyList<OpenableApp> Openable { get; private set; } = [];

    public bool IsRevoked => Done == "revoked";

    protected override TimeSpan? FreshProof => HttpMethods.IsPost(Request.Method) ? ChangeAge : null;

    public async Task OnGetAsync(CancellationToken cancellation)
    {
        List = await apps.ListAsync(Owner.PersonId, cancellation);
        Openable = [.. FindOpenable()];
    }

    /// <summary>Where a sign-in to it starts (OIDC Core §4); null if it did not register one.</summary>
    public string? StartOf(AppView app) => clients.Find(app.ClientId) is { } client ? ClientHomes.StartOf(client, options) : null;

    public async Task<IActionResult> OnPostAsync(string? client, CancellationToken cancellation)
    {
        await apps.RevokeAsync(Owner, client ?? "", cancellation);
        return SeeOther("/account/apps?done=revoked");
    }

    /// <summary>
    /// By name. One that registered itself is not offered to everybody. The link has no login_hint, because a user name has no place in an
    /// address, and no target_link_uri, because the application knows its own first page.
    /// </summary>
    private IEnumerable<OpenableApp> FindOpenable() =>
        from client in clients.All
        where !client.IsUnverified && List.All(app => app.ClientId != client.Id)
        let start = ClientHomes.StartOf(client, options)
        where start is not null
        orderby client.Name
        select new OpenableApp(client.Name, start);
}
