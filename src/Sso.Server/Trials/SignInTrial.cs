using System.Security.Cryptography;

namespace Sso.Server.Trials;

/// <summary>A sign-in to an application that an administrator tries from the console, from its beginning to its answer.</summary>
/// <param name="PersonId">The administrator who began it: nobody else sees its end.</param>
/// <param name="RedirectUri">As registered. The request has it, and the code is bound to it.</param>
/// <param name="Secret">As typed by the administrator, who has it; null for an application without one.</param>
internal sealed record SignInTrial(
    Guid PersonId, string ClientId, string RedirectUri, string State, string Nonce, string Verifier, string? Secret, DateTimeOffset BeganAt)
{
    /// <summary>True for the answer to this request; nobody else knows its state.</summary>
    public bool IsAnsweredBy(string clientId, string? state) =>
        clientId == ClientId
        && state is not null
        && CryptographicOperations.FixedTimeEquals(System.Text.Encoding.UTF8.GetBytes(state), System.Text.Encoding.UTF8.GetBytes(State));

    /// <summary>By default a record would print the secret.</summary>
    public override string ToString() => $"trial of {ClientId}";
}
