using Microsoft.AspNetCore.Identity;
using Sso.Data.People;

namespace Sso.Server.Http;

/// <summary>ASP.NET Core Identity's WebAuthn handler, which wants to see the request.</summary>
public sealed class WebAuthn(IPasskeyHandler<Person> handler, IHttpContextAccessor requests)
{
    private HttpContext Request => requests.HttpContext ?? throw new InvalidOperationException("A ceremony belongs to a request.");

    public Task<PasskeyCreationOptionsResult> CreationOptionsAsync(
        PasskeyUserEntity person) => handler.MakeCreationOptionsAsync(person, Request);

    /// <param name="person">Null if nobody is known yet.</param>
    public Task<PasskeyRequestOptionsResult> RequestOptionsAsync(Person? person) => handler.MakeRequestOptionsAsync(person, Request);

    public Task<PasskeyAttestationResult> CheckCreationAsync(string credential, string state) =>
        handler.PerformAttestationAsync(new() { HttpContext = Request, CredentialJson = credential, AttestationState = state });

    public Task<PasskeyAssertionResult<Person>> CheckRequestAsync(string credential, string state) =>
        handler.PerformAssertionAsync(new() { HttpContext = Request, CredentialJson = credential, AssertionState = state });
}
