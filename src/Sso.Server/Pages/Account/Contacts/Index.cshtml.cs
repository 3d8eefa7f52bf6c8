using Microsoft.AspNetCore.Mvc;
using Sso.Accounts.Contacts;
using Sso.Delivery.Routes;

namespace Sso.Server.Pages.Account.Contacts;

/// <summary>The address and the verified numbers, and what each number is used for.</summary>
internal sealed class Index(ContactOverview contacts, MessageRoutes routes) : AccountPage
{
    [BindProperty(SupportsGet = true, Name = "done")]
    public string? Done { get; set; }

    public ContactsView View { get; private set; } = null!;

    /// <summary>A number is verified by a text: without a route no other one can be entered.</summary>
    public bool CanText => routes.Any;

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
