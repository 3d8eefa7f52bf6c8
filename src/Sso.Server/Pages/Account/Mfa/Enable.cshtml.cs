namespace Sso.Server.Pages.Account.Mfa;

/// <summary>Says what will change and what to have at hand; what follows asks for a fresh proof.</summary>
internal sealed class Enable : AccountPage
{
    public void OnGet()
    {
    }
}
