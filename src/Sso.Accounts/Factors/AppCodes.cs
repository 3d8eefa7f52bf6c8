using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.Secrets;
using Sso.Data.Sessions;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Accounts.Visits;

namespace Sso.Accounts.Factors;

/// <summary>Codes of the authenticator app at sign-in (RFC 6238 §5.2): one step on either side of now, each step accepted once.</summary>
public sealed class AppCodes(SsoDbContext database, Sealer sealer, FactorProofs proofs, TimeProvider clock)
{
    public async Task<CodeOutcome> CheckAsync(
        Visit visit, AuthorizationRequest request, SignInRow signIn, string? typed, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(typed))
        {
            return new CodeOutcome.Empty();
        }

        if (TypedCode.SixDigits(typed) is not { } code)
        {
            return new CodeOutcome.Format();
        }

        var apps = await database.ActiveFactors(signIn.PersonId).AsNoTracking().Where(row => row.Method == ProofMethod.AuthenticatorApp)
            .OrderByDescending(row => row.ActivatedAt).ToListAsync(cancellation);
        if (await proofs.ReserveAsync(visit, signIn, request, ProofMethod.AuthenticatorApp, cancellation) is { } refused)
        {
            return refused;
        }

        // A person with two apps may type the code of either.
        foreach (var app in apps)
        {
            if (Totp.Match(sealer.Reveal(app.Context, app.Protected), code, clock.GetUtcNow()) is not { } step)
            {
                continue;
            }

            if (!await TakeStepAsync(database, app.Id, step, cancellation))
            {
                await proofs.FailedAsync(visit, signIn, request, ProofMethod.AuthenticatorApp, "used before", cancellation);
                return new CodeOutcome.Used();
            }

            return await proofs.SucceededAsync(visit, signIn, request, app, ProofMethod.AuthenticatorApp, cancellation);
        }

        await proofs.FailedAsync(visit, signIn, request, ProofMethod.AuthenticatorApp, cancellation);
        return new CodeOutcome.Wrong();
    }

    /// <summary>True for the first request on any node that uses this step.</summary>
    internal static async Task<bool> TakeStepAsync(SsoDbContext database, Guid factorId, long step, CancellationToken cancellation) =>
        await database.SecondFactors.Where(row => row.Id == factorId && row.LastStep < step)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastStep, step), cancellation) == 1;
}
