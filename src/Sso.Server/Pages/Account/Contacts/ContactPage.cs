using Sso.Accounts.Contacts;

namespace Sso.Server.Pages.Account.Contacts;

/// <summary>A page that changes a contact: after a proof of at most five minutes, with an enrolled method if there is one.</summary>
internal abstract class ContactPage(ContactOverview contacts) : AccountPage
{
    public ContactsView View { get; private set; } = null!;

    /// <summary>False if this installation accepts no codes by text: a number can then still get the notices.</summary>
    public bool MaySignIn => !Flow.Request.Client.WithheldFactors.Contains(ProofMethod.TextMessage);

    protected override TimeSpan? FreshProof => ChangeAge;

    protected async Task LoadAsync(CancellationToken cancellation) => View = await contacts.LoadAsync(Owner, cancellation);
}
