using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Sso.Data.People;
using Sso.Protocol;

namespace Sso.Accounts.Factors;

/// <summary>
/// ASP.NET Core Identity's WebAuthn handler. It wants to see a request and reads nothing from it, because domain and origin are set
/// (<see cref="FactorsRegistration"/>): it gets one that asks for our own address.
/// </summary>
public sealed class WebAuthn(IPasskeyHandler<Person> handler, IIssuerName issuer, IServiceProvider services)
{
    public Task<PasskeyCreationOptionsResult> CreationOptionsAsync(
        PasskeyUserEntity person) => handler.MakeCreationOptionsAsync(person, Request());

    /// <param name="person">Null if nobody is known yet.</param>
    public Task<PasskeyRequestOptionsResult> RequestOptionsAsync(Person? person) => handler.MakeRequestOptionsAsync(person, Request());

    public Task<PasskeyAttestationResult> CheckCreationAsync(string credential, string state) =>
        handler.PerformAttestationAsync(new() { HttpContext = Request(), CredentialJson = credential, AttestationState = state });

    public Task<PasskeyAssertionResult<Person>> CheckRequestAsync(string credential, string state) =>
        handler.PerformAssertionAsync(new() { HttpContext = Request(), CredentialJson = credential, AssertionState = state });

    private DefaultHttpContext Request()
    {
        var address = new Uri(issuer.Value);
        return new() { RequestServices = services, Request = { Scheme = address.Scheme, Host = HostString.FromUriComponent(address) } };
    }
}
