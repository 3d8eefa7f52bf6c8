using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.People;
using Sso.Data.Secrets;
using Sso.Data.Sessions;
using Sso.Protocol.Authorization;

namespace Sso.Accounts.Factors;

/// <summary>What a page carries so that the browser can hold a WebAuthn ceremony.</summary>
/// <param name="Options">Public: for navigator.credentials.</param>
/// <param name="State">Sealed: the challenge and whom it was made for, to come back with the answer.</param>
public sealed record PasskeyCeremony(string Options, string State);

/// <summary>
/// The ceremonies of WebAuthn Level 3 §7, verified by ASP.NET Core Identity's handler. A challenge (32 random bytes) is
/// sealed for one purpose, one flow or session and, where one is known, one person; it dies after five minutes or with its
/// first use, right or wrong, on any node.
/// </summary>
public sealed class PasskeyCeremonies(WebAuthn authenticators, Sealer sealer, SsoDbContext database, TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>What an authenticator answers is below this many characters; more is not looked at.</summary>
    private const int LongestAnswer = 16 * 1024;

    /// <summary>By this a credential is found; the id itself is as long as the authenticator likes.</summary>
    public static byte[] HashOf(byte[] credentialId) => SHA256.HashData(credentialId);

    /// <summary>For a passkey that is to be made; those the person has are excluded.</summary>
    public async Task<PasskeyCeremony> ForCreationAsync(SignInRow signIn)
    {
        // The handler compares this with the id as spelt by the store.
        var entity = new PasskeyUserEntity { Id = signIn.PersonId.ToString(), Name = signIn.UserName, DisplayName = signIn.UserName };
        var options = await authenticators.CreationOptionsAsync(entity);
        return Ceremony(CreationOf(signIn), options.CreationOptionsJson, options.AttestationState);
    }

    /// <summary>For a sign-in that begins with a passkey: no name is known, so the answer is the same for everybody.</summary>
    public async Task<PasskeyCeremony> ForSignInAsync(AuthorizationRequest request)
    {
        var options = await authenticators.RequestOptionsAsync(person: null);
        return Ceremony(SignInOf(request), options.RequestOptionsJson, options.AssertionState);
    }

    /// <summary>For the second step: the passkeys of the person whose password was proved.</summary>
    public async Task<PasskeyCeremony> ForVerificationAsync(AuthorizationRequest request, SignInRow signIn, CancellationToken cancellation)
    {
        var person = await database.Users.FindAsync([signIn.PersonId], cancellation);
        var options = await authenticators.RequestOptionsAsync(person);
        return Ceremony(VerificationOf(request, signIn), options.RequestOptionsJson, options.AssertionState);
    }

    /// <summary>The new passkey; null if the answer, the challenge or its life is not right.</summary>
    public async Task<UserPasskeyInfo?> CreatedAsync(
        SignInRow signIn, PasskeyAnswer answer, CancellationToken cancellation)
    {
        if (await TakeAsync(CreationOf(signIn), answer, cancellation) is not { } state)
        {
            return null;
        }

        var result = await authenticators.CheckCreationAsync(answer.Credential!, state);
        return result.Succeeded ? result.Passkey : null;
    }

    public Task<ProvedPasskey?> ProvedForSignInAsync(AuthorizationRequest request, PasskeyAnswer answer, CancellationToken cancellation) =>
        ProvedAsync(SignInOf(request), answer, cancellation);

    public Task<ProvedPasskey?> ProvedForVerificationAsync(
        AuthorizationRequest request, SignInRow signIn, PasskeyAnswer answer, CancellationToken cancellation) =>
        ProvedAsync(VerificationOf(request, signIn), answer, cancellation);

    private async Task<ProvedPasskey?> ProvedAsync(string purpose, PasskeyAnswer answer, CancellationToken cancellation)
    {
        if (await TakeAsync(purpose, answer, cancellation) is not { } state)
        {
            return null;
        }

        var result = await authenticators.CheckRequestAsync(answer.Credential!, state);
        return result is { Succeeded: true, User: { } person, Passkey: { } passkey } ? new(person, passkey) : null;
    }

    /// <summary>Opens the challenge for the first request that brings it.</summary>
    private async Task<string?> TakeAsync(string purpose, PasskeyAnswer answer, CancellationToken cancellation)
    {
        if (answer.Credential is not { Length: > 0 and <= LongestAnswer } || sealer.Open(purpose, answer.State) is not { } state)
        {
            return null;
        }

        var used = AttemptCounter.KeyOf("passkey-challenge", answer.State!);
        return await database.TryReserveAsync(used, 1, Lifetime, clock.GetUtcNow(), cancellation) is null
            ? System.Text.Encoding.UTF8.GetString(state)
            : null;
    }

    private PasskeyCeremony Ceremony(string purpose, string options, string? state) =>
        new(options, sealer.Seal(purpose, System.Text.Encoding.UTF8.GetBytes(state ?? ""), Lifetime));

    private static string CreationOf(SignInRow signIn) => $"passkey-creation:{signIn.SessionId:N}";

    private static string SignInOf(AuthorizationRequest request) => $"passkey-sign-in:{request.FlowId:N}";

    private static string VerificationOf(AuthorizationRequest request, SignInRow signIn) =>
        $"passkey-verification:{request.FlowId:N}:{signIn.PersonId:N}";
}

/// <summary>What a page gets back: the sealed challenge and the browser's answer as JSON.</summary>
public sealed record PasskeyAnswer(string? State, string? Credential);

/// <summary>The person and the passkey, with its new signature counter, that an answer proved.</summary>
public sealed record ProvedPasskey(Person Person, UserPasskeyInfo Passkey);
