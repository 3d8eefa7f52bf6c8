using Microsoft.AspNetCore.Mvc;
using Sso.Server.Account;
using Sso.Server.Authorization;

namespace Sso.Server.Pages.Account.Contacts;

/// <summary>The address and the verified numbers, and what each number serves (screen V25).</summary>
public sealed class Index(OwnContacts contacts) : AccountPage
{
    [BindProperty(SupportsGet = true, Name = "done")]
    public string? Done { get; set; }

    public ContactsView View { get; private set; } = null!;

    /// <summary>The text that says what has just been done.</summary>
    public string? Notice => Done switch
    {
        "sent" when View.WaitingEmail is not null => "DoneSent",
        "withdrawn" => "DoneWithdrawn",
        "verified" => "DoneVerified",
        "uses" => "DoneUses",
        "removed" => "DoneRemoved",
        _ => null,
    };

    public async Task OnGetAsync(CancellationToken cancellation) => View = await contacts.LoadAsync(Owner, cancellation);
}
